// SPDX-License-Identifier: Apache-2.0
#include "memory/support/faulty_peak_files.hpp"
#include "memory/support/peak_samples.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/peak_export.hpp>
#include <clams/util/error.hpp>

using namespace clams::literals;
using namespace clams::testing;
using clams::PeakStore;

namespace {

struct ExportSetting {
  TemporaryFolder folder;
  FaultyPeakFiles files;
  PeakStore store{{.folder = folder.path() / "profiles", .files = &files}};
};

}  // namespace

TEST_CASE("what is exported is known where it is imported", "[memory]") {
  ExportSetting here;
  ExportSetting there;
  here.store.raise(kApp, kHash, full_record());
  here.store.raise("another", kOtherHash, peak_of(2));
  REQUIRE(here.store.flush());

  const std::string carried = clams::write_json(clams::export_profiles(here.store.list()));

  CHECK(clams::import_profiles(there.store, clams::parse_json(carried)) == 2);
  CHECK(there.store.find(kApp, kHash) == full_record());
  CHECK(there.store.flush());
  CHECK(there.store.list("another").front().record == peak_of(2));
}

TEST_CASE("an import lowers nothing", "[memory]") {
  ExportSetting setting;
  setting.store.raise(kApp, kHash, peak_of(9));
  const clams::StoredPeak old{
      .app = kAppFolder, .hash = kHash, .record = peak_of(5), .written = {}};

  clams::import_profiles(setting.store, clams::export_profiles({old}));

  CHECK(setting.store.find(kApp, kHash)->peak == 9_B);
}

TEST_CASE("an export says what it is, and when each peak was written", "[memory]") {
  const clams::StoredPeak peak{.app = "a", .hash = kHash, .record = peak_of(5), .written = {}};

  const clams::Json exported = clams::export_profiles({peak});

  CHECK(exported["clams_peaks"] == 1);
  CHECK(exported["peaks"][0]["app"] == "a");
  CHECK(exported["peaks"][0]["written"] == "1970-01-01T00:00:00Z");
  CHECK(exported["peaks"][0]["record"]["peak_bytes"] == 5);
}

TEST_CASE("of an import with anything wrong in it nothing is taken", "[memory]") {
  ExportSetting setting;
  const std::string good =
      R"({"app": "a", "hash": ")" + kHash + R"(", "record": {"peak_bytes": 1}})";
  const std::string bad = GENERATE_COPY(
      as<std::string>{}, "1", "{}", R"({"app": "a", "hash": 1, "record": {"peak_bytes": 1}})",
      R"({"app": "a", "hash": "x", "record": {"peak_bytes": 1}})",
      R"({"app": "..", "hash": ")" + kHash + R"(", "record": {"peak_bytes": 1}})",
      R"({"app": "a", "hash": ")" + kHash + R"("})",
      R"({"app": "a", "hash": ")" + kHash + R"(", "record": {"peak_bytes": -1}})");
  const auto exported =
      clams::parse_json(R"({"clams_peaks": 1, "peaks": [)" + good + ", " + bad + "]}");

  CHECK_THROWS_WITH(clams::import_profiles(setting.store, exported),
                    contains_text("exported peak 1"));
  CHECK_FALSE(setting.store.find("a", kHash).has_value());
}

TEST_CASE("what is no export is refused", "[memory]") {
  ExportSetting setting;
  const std::string text =
      GENERATE(as<std::string>{}, "[]", "{}", R"({"clams_peaks": 1})",
               R"({"clams_peaks": 2, "peaks": []})", R"({"clams_peaks": 1, "peaks": {}})");

  CHECK_THROWS_WITH(clams::import_profiles(setting.store, clams::parse_json(text)),
                    contains_text("expected an object"));
}
