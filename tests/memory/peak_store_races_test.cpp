// SPDX-License-Identifier: Apache-2.0
#include "memory/support/peak_room.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <array>
#include <chrono>
#include <fcntl.h>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

// What other processes do between two calls of ours, and what the disk refuses in particular.

namespace fs = std::filesystem;
using namespace clams::literals;
using namespace clams::testing;
using clams::PeakStore;

namespace {

/// A room whose other inhabitants meddle with the files of kHash.
struct SharedRoom : PeakRoom {
  fs::path record = record_path(folder);
  fs::path lock = record.parent_path() / (".memory_" + kHash + ".lock");
  fs::path bad = record.string() + ".bad";

  [[nodiscard]] bool says(const std::string& part) const {
    return sink.text().find(part) != std::string::npos;
  }
  /// `action` is done once, before the next lock is taken.
  void before_next_lock(std::function<void()> action) {
    files.before_lock = [this, action = std::move(action)] {
      const auto once = std::exchange(files.before_lock, nullptr);
      action();
    };
  }
  /// Neither of two peaks could be written; from now on the disk is well.
  void fail_two_raises(PeakStore& store, const std::string& call, int error) {
    files.fail_each(call, error);
    store.raise(kApp, kHash, peak_of(1));
    store.raise(kApp, kOtherHash, peak_of(2));
    REQUIRE_FALSE(store.flush());
    files.fail(0, 0);
  }
};

std::string hash_number(int number) {
  std::string hash = std::to_string(number);
  hash.resize(32, 'a');
  return hash;
}

}  // namespace

TEST_CASE("a lock file that is removed or replaced while it is waited for guards nothing",
          "[memory]") {
  SharedRoom room;
  const bool is_replaced = GENERATE(false, true);
  PeakStore store{room.options()};
  room.before_next_lock([&] {
    fs::remove(room.lock);
    if (is_replaced) write_text(room.lock, "");
  });
  store.raise(kApp, kHash, peak_of(5));

  CHECK(store.flush());
  CHECK(room.on_disk() == peak_of(5));
  CHECK(fs::exists(room.lock));
}

TEST_CASE("a lock file that is replaced again and again makes a failure, not a hang", "[memory]") {
  SharedRoom room;
  PeakStore store{room.options()};
  room.files.before_lock = [&] { fs::remove(room.lock); };
  store.raise(kApp, kHash, peak_of(5));

  CHECK_FALSE(store.flush());
  CHECK(room.says("it is replaced again and again"));
}

TEST_CASE("a record that another process has put right is not set aside", "[memory]") {
  SharedRoom room;
  write_text(room.record, "{");
  room.before_next_lock([&] { write_text(room.record, clams::peak_file_text(peak_of(7))); });
  PeakStore store{room.options()};
  CHECK_FALSE(store.find(kApp, kHash).has_value());

  CHECK(store.flush());
  CHECK_FALSE(fs::exists(room.bad));
  CHECK(room.on_disk() == peak_of(7));
}

TEST_CASE("a corrupt record that cannot be renamed is said, and stays", "[memory]") {
  SharedRoom room;
  write_text(room.record, "{");
  room.files.fail_each("rename", EACCES);
  PeakStore store{room.options()};
  CHECK_FALSE(store.find(kApp, kHash).has_value());

  CHECK(store.flush());
  CHECK(room.says("rename to " + room.bad.string()));
  CHECK(text_of(room.record) == "{");
}

TEST_CASE("clearing by age spares what is raised while it is cleared", "[memory]") {
  SharedRoom room;
  room.clock.advance(std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::system_clock::now() - room.clock.system_now()));
  write_text(room.record, clams::peak_file_text(peak_of(5)));
  const auto now = fs::file_time_type::clock::now();
  fs::last_write_time(room.record, now - std::chrono::hours{48});
  PeakStore store{room.options()};
  room.before_next_lock([&] { fs::last_write_time(room.record, now); });

  CHECK(store.clear("", std::chrono::hours{24}) == 0);
  CHECK(store.find(kApp, kHash) == peak_of(5));
}

TEST_CASE("clearing by age spares what could not be written yet", "[memory]") {
  SharedRoom room;
  PeakStore store{room.options()};
  room.files.fail_each("write", ENOSPC);
  store.raise(kApp, kHash, peak_of(5));
  CHECK_FALSE(store.flush());

  CHECK(store.clear("", std::chrono::hours{24}) == 0);
  CHECK(store.find(kApp, kHash) == peak_of(5));
}

TEST_CASE("what is left of a record that is gone is cleared, too", "[memory]") {
  SharedRoom room;
  PeakStore store{room.options()};
  store.raise(kApp, kHash, peak_of(5));
  REQUIRE(store.flush());
  fs::remove(room.record);

  CHECK(store.clear("", {}) == 0);
  CHECK(fs::is_empty(room.record.parent_path()));
}

TEST_CASE("what lies where an app's folder should be is said when that app is listed", "[memory]") {
  SharedRoom room;
  write_text(room.folder / kAppFolder, "a note");
  PeakStore store{room.options()};

  CHECK_THROWS_WITH(store.list(kApp), contains_text(kAppFolder));
  CHECK(store.list().empty());
}

TEST_CASE("a corrupt record is not listed", "[memory]") {
  SharedRoom room;
  write_text(room.record, "{");

  CHECK(PeakStore{room.options()}.list().empty());
}

TEST_CASE("a socket in place of a record is not opened, and is replaced", "[memory]") {
  SharedRoom room;
  fs::create_directories(room.record.parent_path());
  REQUIRE(::mknod(room.record.c_str(), S_IFSOCK | 0600, 0) == 0);
  PeakStore store{room.options()};

  CHECK_FALSE(store.find(kApp, kHash).has_value());
  store.raise(kApp, kHash, peak_of(5));
  CHECK(store.flush());
  CHECK(room.on_disk() == peak_of(5));
}

TEST_CASE("somebody else's lock file keeps the peak in memory", "[memory]") {
  if (::geteuid() != 0) CLAMS_SKIP("only root can give a file away");
  SharedRoom room;
  write_text(room.lock, "");
  REQUIRE(::chown(room.lock.c_str(), 65534, 65534) == 0);
  PeakStore store{room.options()};
  store.raise(kApp, kHash, peak_of(5));

  CHECK_FALSE(store.flush());
  CHECK(room.says("it is not a regular file of our own"));
  CHECK(store.find(kApp, kHash) == peak_of(5));
}

TEST_CASE("a write that takes nothing is a failure, not a hang", "[memory]") {
  SharedRoom room;
  PeakStore store{room.options()};
  room.files.fail(1, FaultyPeakFiles::kNoWrite, FaultyPeakFiles::Extent::forever);
  store.raise(kApp, kHash, peak_of(5));

  CHECK_FALSE(store.flush());
  CHECK(room.says("write "));
}

TEST_CASE("folders whose file system knows no sync keep records all the same", "[memory]") {
  SharedRoom room;
  fs::create_directories(room.record.parent_path());
  PeakStore store{room.options()};
  store.raise(kApp, kHash, peak_of(5));
  REQUIRE(store.flush());
  room.files.fail_each("fsync of a folder", EINVAL);

  store.raise(kApp, kHash, peak_of(6));

  CHECK(store.flush());
  CHECK(room.files.has_failed());
  CHECK(room.on_disk() == peak_of(6));
}

TEST_CASE("while a record cannot be read again, what was seen before still counts", "[memory]") {
  SharedRoom room;
  write_text(room.record, clams::peak_file_text(peak_of(5)));
  PeakStore store{room.options()};
  REQUIRE(store.find(kApp, kHash) == peak_of(5));
  room.files.fail_each("read", EIO);
  room.clock.advance(std::chrono::seconds{6});

  static_cast<void>(store.find(kApp, kHash));  // has it read again
  CHECK(store.flush());

  CHECK(store.find(kApp, kHash) == peak_of(5));
  CHECK(room.says("the peak there counts as unknown"));
}

TEST_CASE("a disk that fails for one record only is not said to be well", "[memory]") {
  SharedRoom room;
  PeakStore store{room.options()};
  room.fail_two_raises(store, "rename", EIO);
  REQUIRE(room.sink.lines().size() == 2);
  write_text(record_path(room.folder, kOtherHash) / "in the way", "");

  room.clock.advance(std::chrono::seconds{3});
  store.raise(kApp, kHash, peak_of(2));
  CHECK_FALSE(store.flush());

  CHECK(room.on_disk() == peak_of(2));
}

TEST_CASE("what cannot be written in time is given up when the store is closed", "[memory]") {
  SharedRoom room;
  {
    PeakStore store{room.options()};
    room.fail_two_raises(store, "write", ENOSPC);
    room.files.before_lock = [&] { room.clock.advance(std::chrono::seconds{11}); };
  }

  CHECK(room.says("1 peak could not be written and is lost"));
  CHECK(room.on_disk() == peak_of(1));
}

TEST_CASE("what is raised while a record is written is written after it", "[memory]") {
  SharedRoom room;
  PeakStore store{room.options()};
  room.before_next_lock([&] { store.raise(kApp, kHash, peak_of(6)); });
  store.raise(kApp, kHash, peak_of(5));

  CHECK(store.flush());
  CHECK(room.on_disk()->peak >= 5_B);
  CHECK(store.flush());
  CHECK(room.on_disk() == peak_of(6));
}

TEST_CASE("what is given up to make room is not worked on any more", "[memory]") {
  SharedRoom room;
  const fs::path other = record_path(room.folder, kOtherHash);
  write_text(room.record, "{");
  write_text(other, "{");
  std::promise<void> room_is_made;
  room.before_next_lock([&] { room_is_made.get_future().wait(); });
  PeakStore store{room.options()};
  CHECK_FALSE(store.find(kApp, kHash).has_value());
  CHECK_FALSE(store.find(kApp, kOtherHash).has_value());

  for (int i = 0; i < 4096; ++i) static_cast<void>(store.find(kApp, hash_number(i)));
  room_is_made.set_value();
  CHECK(store.flush());

  CHECK(fs::exists(room.bad));  // was under way
  CHECK(text_of(other) == "{");
}

TEST_CASE("peaks that nobody can write do not fill the memory", "[memory]") {
  RecordingSink sink;
  PeakStore store{{.folder = "", .log = {.sink = &sink}}};
  for (int i = 0; i < 4096; ++i) store.raise(kApp, hash_number(i), peak_of(1));
  CHECK_FALSE(store.flush());

  store.raise(kApp, kHash, peak_of(1));

  CHECK(sink.text().find("forgot 4096 peaks that could not be written") != std::string::npos);
  CHECK(store.find(kApp, kHash) == peak_of(1));
}

TEST_CASE("a folder in which much is wrong does not fill the log", "[memory]") {
  SharedRoom room;
  PeakStore store{room.options()};
  for (int i = 0; i < 40; ++i) {
    fs::create_directories(record_path(room.folder, hash_number(i)));
    CHECK_FALSE(store.find(kApp, hash_number(i)).has_value());
  }

  CHECK(room.sink.lines().size() == 32);
}

TEST_CASE("the peak of clams-python's file counts in a seed, too", "[memory]") {
  SharedRoom room;
  const fs::path seed = room.temporary.path() / "seed";
  write_text(record_path(seed, kOtherHash), clams::peak_file_text(peak_of(9)));
  auto options = room.options();
  options.seeds = {seed};
  PeakStore store{options};

  CHECK(store.find(kApp, kHash, kOtherHash) == peak_of(9));
}

TEST_CASE("however many names clams-python has for a request, the last one counts", "[memory]") {
  SharedRoom room;
  write_text(record_path(room.folder, kOtherHash), clams::peak_file_text(peak_of(9)));
  PeakStore store{room.options()};
  for (int i = 0; i < 40; ++i) {
    CHECK_FALSE(store.find(kApp, kHash, hash_number(i)).has_value());
  }

  CHECK(store.find(kApp, kHash, kOtherHash) == peak_of(9));
}

TEST_CASE("a slash behind the folder does not matter", "[memory]") {
  SharedRoom room;
  auto options = room.options();
  options.folder = room.folder / "";
  PeakStore store{options};
  store.raise(kApp, kHash, peak_of(5));

  CHECK(store.flush());
  CHECK(room.on_disk() == peak_of(5));
}

TEST_CASE("the system's calls answer why they fail", "[memory]") {
  auto& files = clams::detail::real_peak_files();
  std::array<char, 8> buffer{};
  std::vector<std::string> names;

  CHECK(files.read(-1, buffer) == -EBADF);
  CHECK(files.write(-1, "text") == -EBADF);
  CHECK(files.entries(-1, names) == -EBADF);
  CHECK(files.lock(-1, std::chrono::seconds{60}) == -EBADF);
}

TEST_CASE("a lock is waited for as long as the caller has patience", "[memory]") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "lock";
  auto& files = clams::detail::real_peak_files();
  const int holder = files.open(AT_FDCWD, path, O_RDWR | O_CREAT, 0600);
  const int waiter = files.open(AT_FDCWD, path, O_RDWR, 0);
  REQUIRE(files.lock(holder, std::chrono::seconds{0}) == 0);

  CHECK(files.lock(waiter, std::chrono::milliseconds{1}) == -EWOULDBLOCK);
  files.close(holder);
  CHECK(files.lock(waiter, std::chrono::seconds{60}) == 0);
  files.close(waiter);
}
