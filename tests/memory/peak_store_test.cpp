// SPDX-License-Identifier: Apache-2.0
#include "memory/support/peak_room.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

namespace fs = std::filesystem;
using namespace clams::literals;
using namespace clams::testing;
using clams::PeakStore;

TEST_CASE("nothing is known of a request that never ran", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};

  CHECK_FALSE(store.find(kApp, kHash).has_value());
  CHECK(store.flush());
  CHECK_FALSE(fs::exists(setting.folder));
  CHECK(setting.sink.text().empty());
}

TEST_CASE("what was raised is found at once, and by the next process", "[memory]") {
  PeakRoom setting;
  {
    PeakStore store{setting.options()};
    store.raise(kApp, kHash, full_record());
    CHECK(store.find(kApp, kHash) == full_record());
    CHECK_FALSE(store.find(kApp, kOtherHash).has_value());
  }

  PeakStore next{setting.options()};

  CHECK(next.find(kApp, kHash) == full_record());
  CHECK(mode_of(setting.folder) == 0700);
  CHECK(mode_of(setting.folder / kAppFolder) == 0700);
  CHECK(fs::exists(record_path(setting.folder)));
}

TEST_CASE("a peak is only ever raised", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  store.raise(kApp, kHash, peak_of(5));
  REQUIRE(store.flush());

  store.raise(kApp, kHash, peak_of(3));

  CHECK(store.flush());
  CHECK(store.find(kApp, kHash)->peak == 5_B);
  CHECK(clams::parse_peak_file(text_of(record_path(setting.folder)))->peak == 5_B);
}

TEST_CASE("two stores on one folder lose no raise of either", "[memory]") {
  PeakRoom setting;
  PeakStore one{setting.options()};
  PeakStore other{setting.options()};
  one.raise(kApp, kHash, {.peak = 5_B, .devices = {{"gpu", {.working = 1_B}}}});
  other.raise(kApp, kHash, {.peak = 3_B, .devices = {{"gpu", {.working = 2_B}}}});

  REQUIRE(one.flush());
  REQUIRE(other.flush());

  const auto read = clams::parse_peak_file(text_of(record_path(setting.folder)));
  REQUIRE(read.has_value());
  CHECK(read->peak == 5_B);
  CHECK(read->devices.at("gpu").working == 2_B);
}

TEST_CASE("what another process raised is seen some seconds later", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  PeakStore other{setting.options()};
  REQUIRE_FALSE(store.find(kApp, kHash).has_value());
  other.raise(kApp, kHash, peak_of(7));
  REQUIRE(other.flush());

  CHECK_FALSE(store.find(kApp, kHash).has_value());
  setting.clock.advance(std::chrono::seconds{6});
  (void)store.find(kApp, kHash);  // never waits for the disk: it has it read again
  store.flush();

  REQUIRE(store.find(kApp, kHash).has_value());
  CHECK(store.find(kApp, kHash)->peak == 7_B);
}

TEST_CASE("mere details are written with the next raise, or after some seconds", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  const auto run = [](double seconds) {
    return clams::PeakRecord{
        .peak = 1_B,
        .devices = {{"gpu", {.samples = {{.features = {{"s", seconds}}, .working = 1_B}}}}}};
  };
  const auto written = [&] {
    const auto record = clams::parse_peak_file(text_of(record_path(setting.folder)));
    return record ? record->devices.at("gpu").samples.size() : 0;
  };
  store.raise(kApp, kHash, run(1));
  REQUIRE(store.flush());

  store.raise(kApp, kHash, run(2));
  CHECK(written() == 1);
  setting.clock.advance(std::chrono::seconds{11});
  store.raise(kApp, kHash, run(3));
  CHECK(store.flush());
  CHECK(written() == 3);
}

TEST_CASE("seeds count, and are never written to", "[memory]") {
  PeakRoom setting;
  const fs::path seed = setting.temporary.path() / "seed";
  write_text(record_path(seed), clams::peak_file_text(peak_of(9)));
  auto options = setting.options();
  options.seeds = {seed, setting.temporary.path() / "none"};
  PeakStore store{options};

  CHECK(store.find(kApp, kHash)->peak == 9_B);
  store.raise(kApp, kHash, peak_of(10));
  CHECK(store.flush());

  CHECK(clams::parse_peak_file(text_of(record_path(seed)))->peak == 9_B);
  CHECK(store.list().size() == 1);
  CHECK(store.list().front().record.peak == 10_B);
}

TEST_CASE("of clams-python's file for the same request the peak counts", "[memory]") {
  PeakRoom setting;
  const fs::path theirs = record_path(setting.folder, kOtherHash);
  write_text(theirs, "{\n  \"peak_bytes\": 12,\n  \"parameters\": {\"beam\": 5}\n}");
  PeakStore store{setting.options()};

  CHECK_FALSE(store.find(kApp, kHash).has_value());
  CHECK(store.find(kApp, kHash, kOtherHash) == peak_of(12));
  store.raise(kApp, kHash, {.peak = 3_B, .devices = {{"gpu", {.working = 3_B}}}});

  CHECK(store.flush());
  CHECK(store.find(kApp, kHash, kOtherHash)->peak == 12_B);
  CHECK(clams::parse_peak_file(text_of(record_path(setting.folder)))->peak == 3_B);
  CHECK(text_of(theirs).ends_with("\"beam\": 5}\n}"));
}

TEST_CASE("a file of clams-python that is cut off is left alone", "[memory]") {
  PeakRoom setting;
  const fs::path theirs = record_path(setting.folder, kOtherHash);
  write_text(theirs, "{\n  \"peak_by");
  PeakStore store{setting.options()};

  CHECK_FALSE(store.find(kApp, kHash, kOtherHash).has_value());
  store.flush();

  CHECK(text_of(theirs) == "{\n  \"peak_by");
  CHECK(setting.sink.text().empty());
}

TEST_CASE("apps and hashes that are no plain names are refused", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  const std::string app = GENERATE(as<std::string>{}, "", ".", "..", "a\nb", std::string("a\0b", 3),
                                   std::string(256, 'x'));
  const std::string hash =
      GENERATE(as<std::string>{}, "", "0123", "../../../../../../etc/passwd0000",
               "0123456789ABCDEF0123456789ABCDEF");

  CHECK_THROWS_WITH(store.find(app, kHash), contains_text("app identifier"));
  CHECK_THROWS_WITH(store.raise(kApp, hash, peak_of(1)), contains_text("32 hexadecimal digits"));
  CHECK_THROWS_AS(store.find(kApp, kHash, hash.empty() ? "x" : hash), clams::Error);
}

TEST_CASE("an identifier cannot lead out of the folder", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  store.raise("../../escape", kHash, peak_of(1));

  CHECK(store.flush());
  CHECK(fs::exists(setting.folder / "..-..-escape"));
}

TEST_CASE("all records are listed, or those of one app", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  CHECK(store.list().empty());
  store.raise(kApp, kHash, peak_of(1));
  store.raise(kApp, kOtherHash, peak_of(2));
  store.raise("another", kHash, peak_of(3));
  REQUIRE(store.flush());
  write_text(setting.folder / "README", "somebody's note");
  write_text(setting.folder / kAppFolder / "memory_x.json", "{}");

  const auto listed = store.list();

  REQUIRE(listed.size() == 3);
  CHECK(listed[0].app == "another");
  CHECK(listed[1].hash == kHash);
  CHECK(listed[1].written > setting.clock.system_now());
  CHECK(store.list(kApp).size() == 2);
  CHECK(store.list("none").empty());
}

TEST_CASE("clearing forgets the records of one app or of all, and every file of theirs",
          "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  store.raise(kApp, kHash, peak_of(1));
  store.raise(kApp, kOtherHash, peak_of(2));
  store.raise("another", kHash, peak_of(3));

  CHECK(store.clear(kApp, {}) == 2);
  CHECK_FALSE(store.find(kApp, kHash).has_value());
  CHECK(fs::is_empty(setting.folder / kAppFolder));
  CHECK(store.find("another", kHash).has_value());
  CHECK(store.clear("", {}) == 1);
  CHECK(store.list().empty());
}

TEST_CASE("clearing by age spares what was raised since", "[memory]") {
  PeakRoom setting;
  clams::ManualClock clock{std::chrono::system_clock::now()};
  auto options = setting.options();
  options.clock = &clock;
  PeakStore store{options};
  store.raise(kApp, kHash, peak_of(1));
  store.raise(kApp, kOtherHash, peak_of(2));
  REQUIRE(store.flush());
  fs::last_write_time(record_path(setting.folder),
                      fs::file_time_type::clock::now() - std::chrono::hours{24 * 200});

  CHECK(store.clear("", std::chrono::hours{24 * 180}) == 1);
  CHECK_FALSE(store.find(kApp, kHash).has_value());
  CHECK(store.find(kApp, kOtherHash).has_value());
  CHECK(store.clear("", std::chrono::seconds::max()) == 0);
}

TEST_CASE("after clearing, the same store remembers anew", "[memory]") {
  PeakRoom setting;
  PeakStore store{setting.options()};
  store.raise(kApp, kHash, peak_of(5));
  REQUIRE(store.clear("", {}) == 1);

  store.raise(kApp, kHash, peak_of(3));

  CHECK(store.flush());
  CHECK(clams::parse_peak_file(text_of(record_path(setting.folder)))->peak == 3_B);
}

TEST_CASE("many records do not fill the memory", "[memory]") {
  PeakStore store{{.folder = "", .log = {.level = clams::LogLevel::critical}}};
  for (int i = 0; i < 10'000; ++i) {
    std::string hash = std::to_string(i);
    hash.resize(32, 'a');
    CHECK_FALSE(store.find(kApp, hash).has_value());
  }
}

TEST_CASE("the folder is chosen by CLAMS_PROFILE_DIR, XDG_CACHE_HOME, HOME", "[memory]") {
  using clams::Environment;
  const auto folder = [](const Environment::Variables& variables) {
    return clams::profile_folder(Environment{variables}).string();
  };
  const std::string below = "clams/memory_profiles";

  CHECK(folder({{"CLAMS_PROFILE_DIR", "/p"}, {"XDG_CACHE_HOME", "/c"}, {"HOME", "/h"}}) == "/p");
  CHECK(folder({{"XDG_CACHE_HOME", "/c"}, {"HOME", "/h"}}) == "/c/" + below);
  CHECK(folder({{"XDG_CACHE_HOME", ""}, {"HOME", "/h"}}) == "/h/.cache/" + below);
  CHECK(folder({{"XDG_CACHE_HOME", "relative"}, {"HOME", "/h"}}) == "/h/.cache/" + below);
  CHECK(folder({}).empty());
}

TEST_CASE("without a folder peaks are kept in memory", "[memory]") {
  RecordingSink sink;
  PeakStore store{{.folder = "", .log = {.sink = &sink}}};
  store.raise(kApp, kHash, peak_of(5));

  CHECK(store.find(kApp, kHash)->peak == 5_B);
  CHECK_FALSE(store.flush());
  CHECK(store.list().empty());
  CHECK(store.clear("", {}) == 0);
  CHECK(sink.text().find("no folder is known") != std::string::npos);
}
