// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <functional>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;
using clams::testing::contains_text;
using clams::testing::TemporaryFolder;

namespace {

/// Fails at the n-th call that changes something; cleaning up always works.
class FaultyFiles final : public clams::FileOps {
 public:
  explicit FaultyFiles(int fails_at) : calls_left_(fails_at) {}

  std::string read(const fs::path& path) override { return real_.read(path); }
  void write_and_sync(const fs::path& path, std::string_view text) override {
    const bool fails = --calls_left_ == 0;
    real_.write_and_sync(path, fails ? text.substr(0, text.size() / 2) : text);
    if (fails) fail();
  }
  void rename(const fs::path& source, const fs::path& target) override {
    count_call();
    real_.rename(source, target);
  }
  void sync_directory(const fs::path& folder) override {
    count_call();
    real_.sync_directory(folder);
  }
  void create_directories(const fs::path& folder) override { real_.create_directories(folder); }
  bool remove(const fs::path& path) noexcept override { return real_.remove(path); }

  [[nodiscard]] bool failed() const { return calls_left_ <= 0; }

 private:
  void count_call() {
    if (--calls_left_ == 0) fail();
  }
  static void fail() { throw clams::Error{clams::ErrorCode::io, "disk full"}; }

  clams::FileOps& real_ = clams::real_file_ops();
  int calls_left_;
};

std::size_t count_files(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator{folder}, fs::directory_iterator{}));
}

}  // namespace

TEST_CASE("a file written is read back whole, zero bytes included", "[util]") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "f";
  const std::string text = std::string("a\0b", 3) + std::string(200'000, 'x');

  clams::write_file_atomically(path, text);

  CHECK(clams::read_file(path) == text);
  CHECK(count_files(folder.path()) == 1);
}

TEST_CASE("whichever call fails, a reader finds the old text or the new, whole", "[util]") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "f";
  for (int n = 1;; ++n) {
    clams::write_file_atomically(path, "old text");
    FaultyFiles files{n};
    try {
      clams::write_file_atomically(path, "new text", files);
      CHECK_FALSE(files.failed());
      break;
    } catch (const clams::Error&) {
      const std::string found = clams::read_file(path);
      CHECK((found == "old text" || found == "new text"));
      CHECK(count_files(folder.path()) == 1);
    }
  }
}

TEST_CASE("a missing file is told from one that cannot be read", "[util]") {
  const TemporaryFolder folder;
  const fs::path missing = folder.path() / "none";
  try {
    (void)clams::read_file(missing);
    FAIL("a missing file was read");
  } catch (const clams::Error& error) {
    CHECK(error.code() == clams::ErrorCode::not_found);
    CHECK(std::string{error.what()} == "open " + missing.string() + ": No such file or directory");
  }
  CHECK_THROWS_WITH(clams::read_file(folder.path()), contains_text("not a regular file"));
}

TEST_CASE("a pipe without a writer is refused at once", "[util]") {
  const TemporaryFolder folder;
  const fs::path pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);

  CHECK_THROWS_WITH(clams::read_file(pipe), contains_text("not a regular file"));
}

TEST_CASE("a device is read when any kind of file will do", "[util]") {
  CHECK(clams::read_file("/dev/null", clams::FileKind::any).empty());
}

TEST_CASE("failed writes name the call and the path", "[util]") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "no folder" / "f";

  CHECK_THROWS_WITH(clams::write_file_atomically(path, "x"), contains_text("open"));
  CHECK_THROWS_WITH(clams::write_file_atomically(path, "x"), contains_text("no folder"));
  CHECK_THROWS_WITH(clams::real_file_ops().rename(path, folder.path() / "g"),
                    contains_text("rename to"));
  CHECK_THROWS_WITH(clams::real_file_ops().create_directories("/dev/null/x"),
                    contains_text("mkdir /dev/null/x"));
}

TEST_CASE("writing in place refuses a symbolic link", "[util]") {
  const TemporaryFolder folder;
  const fs::path link = folder.path() / "link";
  fs::create_symlink(folder.path() / "target", link);

  CHECK_THROWS_WITH(clams::real_file_ops().write_and_sync(link, "x"), contains_text("open"));
}

TEST_CASE("removing what is not there is fine", "[util]") {
  const TemporaryFolder folder;

  CHECK(clams::real_file_ops().remove(folder.path() / "none"));
  CHECK_FALSE(clams::real_file_ops().remove(folder.path()));
}

TEST_CASE("sibling names stand in the same folder and never repeat", "[util]") {
  std::set<fs::path> names;
  for (int i = 0; i < 100; ++i) names.insert(clams::unique_sibling("folder/file.json"));

  CHECK(names.size() == 100);
  CHECK(names.begin()->parent_path() == "folder");
  CHECK(names.begin()->filename().string().starts_with(".file.json."));
}
