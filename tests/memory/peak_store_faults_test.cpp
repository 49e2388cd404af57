// SPDX-License-Identifier: Apache-2.0
#include "memory/support/peak_room.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

namespace fs = std::filesystem;
using namespace clams::literals;
using namespace clams::testing;
using clams::PeakStore;

namespace {

constexpr int kMostStoreCalls = 200;

}  // namespace

TEST_CASE("whichever call fails with whatever error, the old peak stays or the new one is there",
          "[memory]") {
  const int reason = GENERATE(ENOSPC, EDQUOT, EROFS, EIO, EACCES, EMFILE);
  CAPTURE(reason);
  PeakRoom setting;
  PeakStore store{setting.options()};
  std::int64_t peak = 10;
  store.raise(kApp, kHash, peak_of(peak));
  REQUIRE(store.flush());
  int n = 1;
  for (; n < kMostStoreCalls; ++n) {
    CAPTURE(n);
    const std::int64_t old = peak;
    setting.files.fail(n, reason);
    store.raise(kApp, kHash, peak_of(++peak));
    const bool is_saved = store.flush();
    const bool failed = setting.files.has_failed();
    setting.files.fail(0, 0);

    CHECK(store.find(kApp, kHash)->peak.count() == peak);
    REQUIRE(setting.on_disk().has_value());
    const auto found = setting.on_disk()->peak.count();
    CHECK((found == peak || (!is_saved && found == old)));
    CHECK(store.flush());
    CHECK(setting.on_disk()->peak.count() == peak);
    if (!failed) break;
  }
  CHECK(n > 10);
  CHECK(n < kMostStoreCalls);
}

TEST_CASE("the first write ever survives each failure too, folders included", "[memory]") {
  const int reason = GENERATE(ENOSPC, EROFS, EIO, EACCES, EMFILE);
  CAPTURE(reason);
  int n = 1;
  for (; n < kMostStoreCalls; ++n) {
    CAPTURE(n);
    PeakRoom setting;
    PeakStore store{setting.options()};
    setting.files.fail(n, reason);
    store.raise(kApp, kHash, peak_of(5));
    (void)store.flush();
    const bool failed = setting.files.has_failed();
    setting.files.fail(0, 0);

    CHECK(store.find(kApp, kHash)->peak == 5_B);
    CHECK(store.flush());
    CHECK(setting.on_disk()->peak == 5_B);
    if (!failed) break;
  }
  CHECK(n > 15);
  CHECK(n < kMostStoreCalls);
}

TEST_CASE("a record is on the disk before it takes the old one's place", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  store.raise(kApp, kHash, peak_of(1));
  REQUIRE(store.flush());
  setting.files.fail(0, 0);

  store.raise(kApp, kHash, peak_of(2));
  REQUIRE(store.flush());

  CHECK(setting.files.steps() ==
        std::vector<std::string>{"write", "fsync", "rename", "fsync of a folder"});
}

TEST_CASE("a call interrupted by a signal is repeated", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  for (int n = 1; n < 40; ++n) {
    CAPTURE(n);
    setting.files.fail(n, EINTR);
    store.raise(kApp, kHash, peak_of(n));
    CHECK(store.flush());
    setting.files.fail(0, 0);
    CHECK(setting.on_disk()->peak.count() == n);
  }
}

TEST_CASE("a write that takes only a part is continued", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  setting.files.fail(1, FaultyPeakFiles::kShortWrite, FaultyPeakFiles::Extent::forever);
  store.raise(kApp, kHash, full_record());

  CHECK(store.flush());
  CHECK(setting.on_disk() == full_record());
}

TEST_CASE("a record that cannot be read is not overwritten by a lower one", "[memory]") {
  PeakRoom setting;
  write_text(record_path(setting.folder), clams::peak_file_text(peak_of(100)));
  for (int n = 1; n < 30; ++n) {
    CAPTURE(n);
    PeakStore store{setting.options()};
    setting.files.fail(n, EIO);
    store.raise(kApp, kHash, peak_of(5));
    (void)store.flush();
    setting.files.fail(0, 0);
    CHECK(setting.on_disk()->peak == 100_B);
  }
}

TEST_CASE("a failing disk is tried again after a pause, and says so once", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  const auto fail_all = [&] { setting.files.fail(1, ENOSPC, FaultyPeakFiles::Extent::forever); };
  fail_all();
  store.raise(kApp, kHash, peak_of(5));
  CHECK_FALSE(store.flush());
  CHECK_FALSE(store.flush());
  CHECK(setting.sink.lines().size() == 1);
  CHECK(setting.sink.text().find("No space left") != std::string::npos);

  fail_all();
  store.raise(kApp, kHash, peak_of(6));
  CHECK(setting.files.calls() == 0);
  setting.files.fail(0, 0);
  setting.clock.advance(std::chrono::seconds{3});
  store.raise(kApp, kHash, peak_of(1));
  CHECK(store.flush());
  CHECK(setting.on_disk()->peak == 6_B);
}

TEST_CASE("what is remembered in memory needs no system call", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  store.raise(kApp, kHash, full_record());
  REQUIRE(store.flush());
  (void)store.find(kApp, kHash);
  (void)store.find(kApp, kOtherHash);
  setting.files.fail(0, 0);

  for (int i = 0; i < 100; ++i) {
    (void)store.find(kApp, kHash);
    (void)store.find(kApp, kOtherHash);
    store.raise(kApp, kHash, full_record());
  }
  CHECK(setting.files.calls() == 0);
}

TEST_CASE("what could not be written by the end is said", "[memory]") {
  PeakRoom setting;
  {
    PeakStore store{setting.options()};
    setting.files.fail(1, EIO, FaultyPeakFiles::Extent::forever);
    store.raise(kApp, kHash, peak_of(5));
  }
  CHECK(setting.sink.text().find("1 peak could not be written") != std::string::npos);
}

TEST_CASE("a record that cannot be cleared is said, the others are cleared", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  store.raise(kApp, kHash, peak_of(1));
  store.raise(kApp, kOtherHash, peak_of(2));
  REQUIRE(store.flush());
  for (int n = 1;; ++n) {
    CAPTURE(n);
    setting.files.fail(n, EIO);
    std::size_t cleared = 0;
    try {
      cleared = store.clear("", {});
    } catch (const clams::Error& error) {  // the folder itself cannot be read
      CHECK(error.code() == clams::ErrorCode::io);
    }
    const bool failed = setting.files.has_failed();
    setting.files.fail(0, 0);
    if (!failed) break;
    REQUIRE(n < kMostStoreCalls);
    CHECK(cleared <= 2);
    store.raise(kApp, kHash, peak_of(1));
    store.raise(kApp, kOtherHash, peak_of(2));
    REQUIRE(store.flush());
  }
  CHECK(store.list().empty());
}
