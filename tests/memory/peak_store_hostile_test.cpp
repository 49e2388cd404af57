// SPDX-License-Identifier: Apache-2.0
#include "memory/support/faulty_peak_files.hpp"
#include "memory/support/peak_samples.hpp"
#include "support/catch.hpp"
#include "support/recording_sink.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/peak_record_json.hpp>
#include <clams/memory/peak_store.hpp>

#include <array>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace clams::literals;
using namespace clams::testing;
using clams::PeakStore;

namespace {

constexpr uid_t kSomebody = 65534;

struct HostileSetting {
  TemporaryFolder temporary;
  fs::path folder = temporary.path() / "profiles";
  fs::path app_folder = folder / kAppFolder;
  fs::path record = record_path(folder);
  fs::path lock = app_folder / (".memory_" + kHash + ".lock");
  fs::path new_file = app_folder / (".memory_" + kHash + ".json.new");
  RecordingSink sink;
  FaultyPeakFiles files;

  [[nodiscard]] clams::PeakStoreOptions options() {
    return {.folder = folder, .files = &files, .log = {.sink = &sink}};
  }
  [[nodiscard]] bool says(const std::string& part) const {
    return sink.text().find(part) != std::string::npos;
  }
};

std::string record_text(std::int64_t bytes) { return clams::peak_file_text(peak_of(bytes)); }

/// The store takes nothing from the disk, and keeps what is raised in memory.
void check_memory_only(HostileSetting& setting) {
  PeakStore store{setting.options()};
  CHECK_FALSE(store.find(kApp, kHash).has_value());
  store.raise(kApp, kHash, peak_of(5));
  CHECK_FALSE(store.flush());
  CHECK(store.find(kApp, kHash)->peak == 5_B);
}

}  // namespace

TEST_CASE("a folder that is a link is not touched", "[memory]") {
  HostileSetting setting;
  const fs::path target = setting.temporary.path() / "elsewhere";
  write_text(record_path(target), record_text(9));
  fs::create_directory_symlink(target, setting.folder);

  check_memory_only(setting);

  CHECK(text_of(record_path(target)) == record_text(9));
  CHECK(setting.says("symbolic links are refused"));
}

TEST_CASE("an app's folder that is a link is not touched", "[memory]") {
  HostileSetting setting;
  const fs::path target = setting.temporary.path() / "elsewhere";
  fs::create_directories(target);
  fs::create_directories(setting.folder);
  fs::create_directory_symlink(target, setting.app_folder);

  check_memory_only(setting);

  CHECK(fs::is_empty(target));
}

TEST_CASE("a file in place of a folder is not touched", "[memory]") {
  HostileSetting setting;
  write_text(setting.folder, "not a folder");

  check_memory_only(setting);

  CHECK(text_of(setting.folder) == "not a folder");
}

TEST_CASE("somebody else's folder is not touched", "[memory]") {
  if (::geteuid() != 0) CLAMS_SKIP("only root can give a folder away");
  HostileSetting setting;
  write_text(setting.record, record_text(9));
  const fs::path foreign = GENERATE(false, true) ? setting.folder : setting.app_folder;
  REQUIRE(::chown(foreign.c_str(), kSomebody, kSomebody) == 0);

  check_memory_only(setting);

  CHECK(text_of(setting.record) == record_text(9));
  CHECK(setting.says("it belongs to user 65534"));
}

TEST_CASE("somebody else's record is not read, and is replaced", "[memory]") {
  if (::geteuid() != 0) CLAMS_SKIP("only root can give a file away");
  HostileSetting setting;
  write_text(setting.record, record_text(9));
  REQUIRE(::chown(setting.record.c_str(), kSomebody, kSomebody) == 0);
  PeakStore store{setting.options()};

  CHECK_FALSE(store.find(kApp, kHash).has_value());
  store.raise(kApp, kHash, peak_of(5));
  CHECK(store.flush());
  CHECK(text_of(setting.record) == record_text(5));
}

TEST_CASE("a record that is a link or a pipe is not followed, and is replaced", "[memory]") {
  HostileSetting setting;
  const fs::path target = setting.temporary.path() / "target";
  write_text(target, record_text(9));
  fs::create_directories(setting.app_folder);
  if (GENERATE(false, true)) {
    fs::create_symlink(target, setting.record);
  } else {
    REQUIRE(::mkfifo(setting.record.c_str(), 0600) == 0);
  }
  PeakStore store{setting.options()};

  CHECK_FALSE(store.find(kApp, kHash).has_value());
  CHECK(setting.says("is not a regular file"));
  store.raise(kApp, kHash, peak_of(5));
  CHECK(store.flush());
  CHECK(text_of(setting.record) == record_text(5));
  CHECK(text_of(target) == record_text(9));
}

TEST_CASE("a folder in place of a record, lock or new file keeps the peak in memory", "[memory]") {
  HostileSetting setting;
  const int which = GENERATE(0, 1, 2);
  const std::array places{setting.record, setting.lock, setting.new_file};
  fs::create_directories(places.at(static_cast<std::size_t>(which)));

  check_memory_only(setting);
}

TEST_CASE("a lock file that is a link or a pipe is not opened or created through", "[memory]") {
  HostileSetting setting;
  fs::create_directories(setting.app_folder);
  const fs::path target = setting.temporary.path() / "target";
  if (GENERATE(false, true)) {
    fs::create_symlink(target, setting.lock);
  } else {
    REQUIRE(::mkfifo(setting.lock.c_str(), 0600) == 0);
  }

  check_memory_only(setting);

  CHECK_FALSE(fs::exists(target));
}

TEST_CASE("a planted link in place of the new file does not lead to another file", "[memory]") {
  HostileSetting setting;
  const fs::path target = setting.temporary.path() / "precious";
  write_text(target, "precious");
  fs::create_directories(setting.app_folder);
  if (GENERATE(false, true)) {
    fs::create_symlink(target, setting.new_file);
  } else {
    fs::create_hard_link(target, setting.new_file);
  }
  PeakStore store{setting.options()};
  store.raise(kApp, kHash, peak_of(5));

  CHECK(store.flush());
  CHECK(text_of(setting.record) == record_text(5));
  CHECK(text_of(target) == "precious");
}

TEST_CASE("a lock that is never given back makes a failure, not a hang", "[memory]") {
  HostileSetting setting;
  fs::create_directories(setting.app_folder);
  const int holder = ::open(setting.lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(holder >= 0);
  REQUIRE(::flock(holder, LOCK_EX) == 0);
  PeakStore store{setting.options()};
  store.raise(kApp, kHash, peak_of(5));

  CHECK_FALSE(store.flush());
  CHECK(setting.says("flock"));
  ::close(holder);
  CHECK(store.flush());
  CHECK(text_of(setting.record) == record_text(5));
}

TEST_CASE("a corrupt record counts as absent and is set aside once", "[memory]") {
  HostileSetting setting;
  const std::string whole = clams::peak_file_text(full_record());
  const std::string text =
      GENERATE_COPY(as<std::string>{}, "", whole.substr(0, whole.size() / 2), "\xff\xfe", "{}",
                    R"({"peak_bytes": -4})", R"({"peak_bytes": 1.5})", R"({"peak_bytes": 1e300})",
                    std::string(1'048'576, ' '), std::string(60'000, '['));
  write_text(setting.record, text);
  PeakStore store{setting.options()};

  CHECK_FALSE(store.find(kApp, kHash).has_value());
  CHECK_FALSE(store.find(kApp, kHash).has_value());
  CHECK(store.flush());
  CHECK(text_of(setting.record.string() + ".bad") == text);
  CHECK_FALSE(fs::exists(setting.record));
  CHECK(setting.sink.lines().size() == 1);
  CHECK(setting.says("renamed to memory_" + kHash + ".json.bad"));
  store.raise(kApp, kHash, peak_of(5));
  CHECK(store.flush());
  CHECK(text_of(setting.record) == record_text(5));
}

TEST_CASE("a record cut off at any byte is replaced by what is raised", "[memory]") {
  HostileSetting setting;
  const std::string whole = record_text(9);
  for (std::size_t length = 0; length + 2 <= whole.size(); ++length) {
    CAPTURE(length);
    write_text(setting.record, whole.substr(0, length));
    PeakStore store{setting.options()};
    store.raise(kApp, kHash, peak_of(5));
    CHECK(store.flush());
    CHECK(text_of(setting.record) == record_text(5));
  }
}
