// SPDX-License-Identifier: Apache-2.0
#include "memory/support/peak_samples.hpp"
#include "support/catch.hpp"
#include <clams/memory/peak_record_json.hpp>

#include <limits>

using namespace clams::literals;
using namespace clams::testing;
using clams::DevicePeak;
using clams::PeakNews;
using clams::PeakRecord;
using clams::PeakSample;

namespace {

PeakSample sample(double seconds, clams::Bytes working) {
  return {.features = {{"seconds", seconds}}, .working = working};
}

PeakRecord record_with(DevicePeak device) { return {.peak = {}, .devices = {{"gpu", device}}}; }

}  // namespace

TEST_CASE("merging keeps the higher of each figure, whichever run it is from", "[memory]") {
  const PeakRecord a =
      record_with({.weights = 3_GiB, .working = 1_GiB, .device = 7_GiB, .at_least = 1_GiB});
  const PeakRecord b = record_with({.weights = 2_GiB, .working = 2_GiB, .reserved_growth = 1_GiB});
  const DevicePeak expected{.weights = 3_GiB,
                            .working = 2_GiB,
                            .reserved_growth = 1_GiB,
                            .device = 7_GiB,
                            .at_least = 1_GiB};

  CHECK(merge(a, b).devices.at("gpu") == expected);
  CHECK(merge(b, a).devices.at("gpu") == expected);
  CHECK(merge(peak_of(1), peak_of(2)).peak == 2_B);
  CHECK(merge(peak_of(2), peak_of(1)).peak == 2_B);
}

TEST_CASE("merging keeps the later text and time, unless there is none", "[memory]") {
  using std::chrono::milliseconds;
  PeakRecord a = record_with({.run_time = milliseconds{5}, .driver = "1", .library = "old"});
  PeakRecord b = record_with({.run_time = milliseconds{3}, .library = "new"});
  a.parameters = {{"beam", 1}};

  const PeakRecord both = merge(a, b);

  CHECK(both.devices.at("gpu").run_time == milliseconds{3});
  CHECK(both.devices.at("gpu").driver == "1");
  CHECK(both.devices.at("gpu").library == "new");
  CHECK(both.parameters == a.parameters);
  b.parameters = {{"beam", 2}};
  CHECK(merge(a, b).parameters == b.parameters);
}

TEST_CASE("devices and compute types are kept apart", "[memory]") {
  const std::string whole = PeakRecord::device_key("A100", "float16");
  const std::string small = PeakRecord::device_key("A100", "int8");
  const PeakRecord both = clams::merge({.peak = {}, .devices = {{whole, {.working = 2_GiB}}}},
                                       {.peak = {}, .devices = {{small, {.working = 1_GiB}}}});

  CHECK(both.devices.at(whole).working == 2_GiB);
  CHECK(both.devices.at(small).working == 1_GiB);
  CHECK(PeakRecord::device_key("A100", "") == "A100");
}

TEST_CASE("of the same features the highest run is kept", "[memory]") {
  const PeakRecord known = record_with({.samples = {sample(10, 5_MiB), sample(20, 8_MiB)}});

  const PeakRecord both = merge(known, record_with({.samples = {sample(10, 6_MiB)}}));

  CHECK(both.devices.at("gpu").samples ==
        std::vector<PeakSample>{sample(10, 6_MiB), sample(20, 8_MiB)});
}

TEST_CASE("old samples are dropped, but never the highest", "[memory]") {
  PeakRecord record = record_with({.samples = {sample(0, 1_MiB), sample(1, 9_MiB)}});
  for (int i = 2; i < 200; ++i)
    record = merge(record, record_with({.samples = {sample(i, 1_MiB)}}));

  const auto& samples = record.devices.at("gpu").samples;

  CHECK(samples.size() == clams::kPeakSamples);
  CHECK(samples.front() == sample(1, 9_MiB));
  CHECK(samples.back() == sample(199, 1_MiB));
}

TEST_CASE("merging a run in again changes nothing", "[memory]") {
  const PeakRecord record = full_record();

  CHECK(merge(record, record) == record);
  CHECK(clams::merge({}, record) == record);
  CHECK(merge(record, {}) == record);
}

TEST_CASE("a run is news by its figures, or by its details", "[memory]") {
  const PeakRecord known = full_record();
  PeakRecord run = known;
  DevicePeak& device = run.devices.begin()->second;

  CHECK(peak_news(known, run) == PeakNews::none);
  device.run_time += std::chrono::milliseconds{300};
  CHECK(peak_news(known, run) == PeakNews::none);
  device.run_time *= 2;
  CHECK(peak_news(known, run) == PeakNews::detail);
  device = known.devices.begin()->second;
  device.library = "another";
  CHECK(peak_news(known, run) == PeakNews::detail);
  device.library.clear();
  CHECK(peak_news(known, run) == PeakNews::none);
  device.samples = {sample(31, 1_MiB)};
  CHECK(peak_news(known, run) == PeakNews::detail);
  device.samples = {known.devices.begin()->second.samples.front()};
  device.samples.front().working += 1_B;
  CHECK(peak_news(known, run) == PeakNews::detail);
  device.at_least = 9_GiB;
  CHECK(peak_news(known, run) == PeakNews::peak);
  CHECK(peak_news({.peak = 9_GiB}, known) == PeakNews::peak);
}

TEST_CASE("a record's file says all of it, clams-python's part first", "[memory]") {
  const PeakRecord record = full_record();

  const std::string text = clams::peak_file_text(record);

  CHECK(clams::parse_peak_file(text) == record);
  CHECK(text.starts_with("{\n  \"peak_bytes\": 5368709120,\n  \"parameters\": {\n"));
}

TEST_CASE("what clams-python writes is a record", "[memory]") {
  const auto record = clams::parse_peak_file(R"({
  "peak_bytes": 123,
  "parameters": {"a": [1, "x"]}
})");

  REQUIRE(record.has_value());
  CHECK(record->peak == 123_B);
  CHECK(record->devices.empty());
}

TEST_CASE("keys of a later version are passed over", "[memory]") {
  const auto record = clams::parse_peak_file(
      R"({"x": 1, "peak_bytes": 2, "clams_cpp": {"y": 2, "devices": {"g": {"working": 3, "z": 4}}}})");

  REQUIRE(record.has_value());
  CHECK(record->devices.at("g").working == 3_B);
  CHECK(clams::parse_peak_file(R"({"peak_bytes": 2, "clams_cpp": {"y": 2}})") == peak_of(2));
}

TEST_CASE("a file with anything wrong in it is no record", "[memory]") {
  const std::string text = GENERATE(
      as<std::string>{}, "", "x", "[]", "1", "{}", "{\"peak_bytes\":", R"({"peak_bytes": -1})",
      R"({"peak_bytes": 1.0})", R"({"peak_bytes": 1e9})", R"({"peak_bytes": "1"})",
      R"({"peak_bytes": true})", R"({"peak_bytes": null})", R"({"peak_bytes": 1125899906842625})",
      R"({"peak_bytes": 99999999999999999999999})", R"({"peak_bytes": NaN})",
      R"({"peak_bytes": 1, "parameters": 2})", R"({"peak_bytes": 1, "clams_cpp": []})",
      R"({"peak_bytes": 1, "clams_cpp": {"devices": [1]}})",
      R"({"peak_bytes": 1, "clams_cpp": {"devices": {"g": 1}}})");
  CAPTURE(text);

  CHECK_FALSE(clams::parse_peak_file(text).has_value());
}

TEST_CASE("a wrong field of a device makes the file no record", "[memory]") {
  const std::string field =
      GENERATE(as<std::string>{}, R"("weights": -1)", R"("working": 1.5)", R"("device": "1")",
               R"("run_time_ms": -5)", R"("driver": 1)", R"("samples": {})", R"("samples": [1])",
               R"("samples": [{"working": 1}])", R"("samples": [{"features": {}, "working": -1}])",
               R"("samples": [{"features": {"s": "x"}, "working": 1}])",
               R"("samples": [{"features": [], "working": 1}])",
               R"("samples": [{"features": {"s": 1}, "working": "1"}])",
               R"("samples": [{"features": {"s": 1e999}, "working": 1}])");
  CAPTURE(field);

  CHECK_FALSE(clams::parse_peak_file(R"({"peak_bytes": 1, "clams_cpp": {"devices": {"g": {)" +
                                     field + "}}}}")
                  .has_value());
}

TEST_CASE("the highest figure that is believed is 2^50", "[memory]") {
  const auto record = clams::parse_peak_file(R"({"peak_bytes": 1125899906842624})");

  REQUIRE(record.has_value());
  CHECK(record->peak == 1_GiB * 1024 * 1024);
}

TEST_CASE("a record cut off at any byte is no record", "[memory]") {
  const std::string text = clams::peak_file_text(full_record());
  for (std::size_t length = 0; length + 2 <= text.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(clams::parse_peak_file(text.substr(0, length)).has_value());
  }
}

TEST_CASE("a record that would be too long is shortened, and its peak stays", "[memory]") {
  PeakRecord record = full_record();
  record.parameters["prompt"] = std::string(100'000, 'x');

  const auto without_prompt = clams::parse_peak_file(clams::peak_file_text(record));

  REQUIRE(without_prompt.has_value());
  CHECK(without_prompt->devices == record.devices);
  record.devices.begin()->second.driver = std::string(100'000, 'x');
  const auto bare = clams::parse_peak_file(clams::peak_file_text(record));
  REQUIRE(bare.has_value());
  CHECK(bare->peak == record.peak);
}

TEST_CASE("a record whose samples are too long keeps its figures and the latest samples",
          "[memory]") {
  PeakRecord record = full_record();
  record.parameters = clams::Json::object();
  DevicePeak& device = record.devices.begin()->second;
  device.samples.clear();
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    device.samples.push_back({.features = {{std::string(30'000, letter), 1}}, .working = 1_MiB});
  }
  record.devices["another"].samples = full_record().devices.begin()->second.samples;

  const auto read = clams::parse_peak_file(clams::peak_file_text(record));

  REQUIRE(read.has_value());
  const DevicePeak& shortened = read->devices.begin()->second;
  CHECK(shortened.working == device.working);
  REQUIRE_FALSE(shortened.samples.empty());
  CHECK(shortened.samples.back() == device.samples.back());
}

TEST_CASE("what JSON cannot hold does not spoil the file", "[memory]") {
  PeakRecord record = full_record();
  record.parameters["odd"] = std::numeric_limits<double>::quiet_NaN();
  DevicePeak& device = record.devices.begin()->second;
  device.driver = "\xff";
  device.working = clams::Bytes{-5};
  device.samples = {sample(std::numeric_limits<double>::infinity(), 1_B)};

  const auto read = clams::parse_peak_file(clams::peak_file_text(record));

  REQUIRE(read.has_value());
  CHECK(read->peak == record.peak);
  CHECK(read->devices.begin()->second.weights == device.weights);
}
