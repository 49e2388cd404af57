// SPDX-License-Identifier: Apache-2.0
#include "memory/support/model_files.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/requirement_resolver.hpp>
#include <clams/util/error.hpp>

#include <limits>
#include <string>
#include <utility>

using clams::Bytes;
using clams::DevicePeak;
using clams::EstimateFactors;
using clams::EstimateInput;
using clams::ModelRequirement;
using clams::ModelRequirements;
using clams::PeakRecord;
using clams::RequestNeed;
using clams::RequirementSource;
using clams::testing::contains_text;
using namespace clams::literals;

namespace {

const clams::Device kDevice{
    .uuid = "GPU-1", .name = "Test GPU", .total = Bytes{24'000}, .shares_host_memory = false};

DevicePeak peak_of(Bytes weights, Bytes working, Bytes at_least = 0_B) {
  DevicePeak peak;
  peak.weights = weights;
  peak.working = working;
  peak.at_least = at_least;
  return peak;
}

/// What is known of runs on `device`, with this compute type.
PeakRecord record_of(DevicePeak peak, const std::string& device = kDevice.name,
                     const std::string& compute_type = "") {
  PeakRecord record{.peak = peak.working};
  record.devices.emplace(PeakRecord::device_key(device, compute_type), std::move(peak));
  return record;
}

std::vector<RequestNeed> resolve(const EstimateInput& input) {
  return clams::resolve_requirements(input, kDevice, EstimateFactors{});
}

/// The need on the only rung.
RequestNeed need_of(const EstimateInput& input) {
  const auto needs = resolve(input);
  REQUIRE(needs.size() == 1);
  return needs.front();
}

EstimateInput declaring(ModelRequirements declared, std::optional<PeakRecord> record = {}) {
  return {.declared = std::move(declared), .record = std::move(record)};
}

void check_model(const RequestNeed& need, std::size_t at, std::int64_t resident,
                 std::int64_t working) {
  REQUIRE(need.models.size() > at);
  CHECK(need.models[at].resident == Bytes{resident});
  CHECK(need.models[at].working == Bytes{working});
}

}  // namespace

TEST_CASE("what the app declares wins over what was recorded", "[memory]") {
  const auto need = need_of(declaring(
      {{.key = "large", .resident = Bytes{3000}, .working = Bytes{2000}, .preferred_device = 1}},
      record_of(peak_of(Bytes{9000}, Bytes{9000}))));

  check_model(need, 0, 3000, 2000);
  CHECK(need.models[0].key == "large");
  CHECK(need.source == RequirementSource::declared);
  CHECK(need.total() == Bytes{5000});
  CHECK(need.preferred_device == 1);
  CHECK_FALSE(need.is_guess);
  CHECK_FALSE(need.minimum);
}

TEST_CASE("one declared number is completed by the recorded working part", "[memory]") {
  check_model(need_of(declaring(Bytes{3000})), 0, 3000, 0);
  CHECK(need_of(declaring(Bytes{3000})).source == RequirementSource::declared);

  const auto need = need_of(declaring(Bytes{3000}, record_of(peak_of(Bytes{2500}, Bytes{1000}))));

  check_model(need, 0, 3000, 1200);
  CHECK(need.source == RequirementSource::recorded);
}

TEST_CASE("a first guess of the working part holds until a run was measured", "[memory]") {
  const ModelRequirement model{
      .key = "large", .resident = Bytes{3000}, .working_at_first = Bytes{9000}};
  check_model(need_of(declaring({model})), 0, 3000, 9000);
  CHECK(need_of(declaring({model})).source == RequirementSource::declared);

  const auto learned = need_of(declaring({model}, record_of(peak_of(Bytes{2500}, Bytes{1000}))));

  check_model(learned, 0, 3000, 1200);
  CHECK(learned.source == RequirementSource::recorded);
}

TEST_CASE("a record gives both parts, with headroom", "[memory]") {
  const auto need = need_of(declaring({}, record_of(peak_of(Bytes{5000}, Bytes{1000}))));

  check_model(need, 0, 6000, 1200);
  CHECK(need.models[0].key == "model");
  CHECK(need.source == RequirementSource::recorded);
}

TEST_CASE("a record of another kind of device is used where there is no own one", "[memory]") {
  PeakRecord record = record_of(peak_of(Bytes{5000}, Bytes{100}), "Other GPU");
  record.devices["Third GPU"] = peak_of(Bytes{4000}, Bytes{1000});
  check_model(need_of(declaring({}, record)), 0, 6000, 1200);

  record.devices[kDevice.name] = peak_of(Bytes{1000}, Bytes{500});
  check_model(need_of(declaring({}, record)), 0, 1200, 600);
}

TEST_CASE("a record of another compute type is not used", "[memory]") {
  const auto record = record_of(peak_of(Bytes{5000}, Bytes{1000}), kDevice.name, "float16");
  EstimateInput input = declaring({}, record);

  CHECK(need_of(input).source == RequirementSource::rule);
  input.compute_type = "float32";
  CHECK(need_of(input).source == RequirementSource::rule);
  input.compute_type = "float16";
  CHECK(need_of(input).source == RequirementSource::recorded);
}

TEST_CASE("a peak that is not split is charged to every request", "[memory]") {
  check_model(need_of(declaring({}, PeakRecord{.peak = Bytes{5000}})), 0, 0, 6000);
  check_model(need_of(declaring(Bytes{4000}, PeakRecord{.peak = Bytes{5000}})), 0, 4000, 2000);
  check_model(need_of(declaring(Bytes{9000}, PeakRecord{.peak = Bytes{5000}})), 0, 9000, 0);
}

TEST_CASE("a failed run raises what is asked for", "[memory]") {
  const DevicePeak failed = peak_of(Bytes{3000}, Bytes{1000}, Bytes{8000});
  check_model(need_of(declaring({}, record_of(failed))), 0, 3600, 6000);

  const auto declared = need_of(
      declaring({{.key = "a", .resident = Bytes{3000}, .working = Bytes{10}, .minimum = Bytes{50}}},
                record_of(failed)));
  CHECK(declared.total() == Bytes{9600});
  CHECK(declared.minimum == Bytes{8001});

  const auto unknown = need_of(declaring({}, record_of(peak_of(0_B, 0_B, Bytes{20'000}))));
  CHECK(unknown.total() == Bytes{24'000});
}

TEST_CASE("a run that failed before it was measured leaves other devices' figures", "[memory]") {
  PeakRecord record = record_of(peak_of(Bytes{5000}, Bytes{1000}), "Other GPU");
  record.devices[kDevice.name] = peak_of(0_B, 0_B, Bytes{6500});
  check_model(need_of(declaring({}, record)), 0, 6000, 1800);

  PeakRecord prior{.peak = Bytes{9000}};
  prior.devices[kDevice.name] = peak_of(0_B, 0_B, Bytes{500});
  check_model(need_of(declaring({}, prior)), 0, 0, 10'800);
}

TEST_CASE("a record with absurd figures gives a large need and no overflow", "[memory]") {
  const Bytes most{std::numeric_limits<std::int64_t>::max()};

  CHECK(need_of(declaring({}, record_of(peak_of(most, most, most)))).total() > 1_GiB * 1000);
  CHECK(need_of(declaring({}, record_of(peak_of(Bytes{-5}, Bytes{10})))).total() == Bytes{12});
  CHECK(need_of(declaring({}, PeakRecord{.peak = most})).total() > 1_GiB * 1000);
}

TEST_CASE("a request that was seen to use no GPU needs none", "[memory]") {
  const auto need = need_of(declaring({}, record_of({})));

  CHECK(need.models.empty());
  CHECK(need.total() == 0_B);
  CHECK(need.source == RequirementSource::recorded);
  check_model(need_of(declaring(Bytes{3000}, record_of({}))), 0, 3000, 0);
  CHECK(need_of(declaring({}, PeakRecord{})).source == RequirementSource::rule);
}

TEST_CASE("declared features move the recorded working part", "[memory]") {
  DevicePeak peak = peak_of(Bytes{1000}, Bytes{3000});
  for (int i = 1; i <= 3; ++i) {
    peak.samples.push_back({.features = {{"seconds", i * 10.0}}, .working = Bytes{i * 1000}});
  }
  const auto working_for = [&](double seconds) {
    auto declared = ModelRequirements{{.key = "a"}}.with_features({{"seconds", seconds}});
    return need_of(declaring(std::move(declared), record_of(peak))).models.at(0).working.count();
  };

  CHECK(static_cast<double>(working_for(20)) == Approx(2400).margin(2));
  CHECK(static_cast<double>(working_for(60)) == Approx(7200).margin(4));
}

TEST_CASE("features that no run had leave the highest working part", "[memory]") {
  DevicePeak peak = peak_of(Bytes{1000}, Bytes{3000});
  peak.samples.push_back({.features = {{"seconds", 10}}, .working = Bytes{500}});
  auto declared = ModelRequirements{{.key = "a"}}.with_features({{"batch", 4}});

  check_model(need_of(declaring(std::move(declared), record_of(peak))), 0, 1200, 3600);
}

TEST_CASE("the size of the model's files is used where nothing was recorded", "[memory]") {
  const clams::testing::TemporaryFolder folder;
  const auto file = folder.path() / "model.bin";
  clams::testing::write_model_file(file, std::string(5000, 'x'));
  EstimateInput input = declaring({{.key = "a", .checkpoints = {file, file}}});
  input.metadata_typical = Bytes{77};

  const auto need = need_of(input);

  check_model(need, 0, 12'000, 0);
  CHECK(need.source == RequirementSource::checkpoint);
}

TEST_CASE("model files that are not there yet leave the next best source", "[memory]") {
  EstimateInput input = declaring({{.key = "a", .checkpoints = {"/nowhere/model.bin"}}});
  input.metadata_typical = Bytes{700};

  CHECK(need_of(input).source == RequirementSource::metadata);
}

TEST_CASE("the metadata's estimate is charged to every request", "[memory]") {
  EstimateInput input;
  input.metadata_typical = Bytes{700};
  input.metadata_minimum = Bytes{400};
  const auto need = need_of(input);

  check_model(need, 0, 0, 700);
  CHECK(need.minimum == Bytes{400});
  CHECK(need.source == RequirementSource::metadata);
  CHECK_FALSE(need.is_guess);

  input.metadata_typical = Bytes{0};
  CHECK(need_of(input).total() == Bytes{400});
}

TEST_CASE("when nothing is known a share of the device is asked for, as a guess", "[memory]") {
  const auto need = need_of({});

  check_model(need, 0, 0, 19'200);
  CHECK(need.models[0].key == "model");
  CHECK(need.source == RequirementSource::rule);
  CHECK(need.is_guess);
}

TEST_CASE("a figure for the whole request is charged once", "[memory]") {
  EstimateInput input = declaring({{.key = "a"}, {.key = "b"}, {.key = "c", .resident = 100_B}});
  const auto guess = need_of(input);
  CHECK(guess.total() == Bytes{19'200});
  CHECK(guess.is_guess);

  input.metadata_typical = Bytes{50};
  CHECK(need_of(input).total() == Bytes{100});
}

TEST_CASE("recorded weights of several models are shared out by their files", "[memory]") {
  const clams::testing::TemporaryFolder folder;
  const auto small = folder.path() / "small.bin";
  const auto large = folder.path() / "large.bin";
  clams::testing::write_model_file(small, std::string(100, 'x'));
  clams::testing::write_model_file(large, std::string(300, 'x'));
  const auto record = record_of(peak_of(Bytes{4000}, Bytes{1000}));

  const auto shared = need_of(declaring(
      {{.key = "a", .checkpoints = {small}}, {.key = "b", .checkpoints = {large}}}, record));
  check_model(shared, 0, 1200, 1200);
  check_model(shared, 1, 3600, 0);

  const auto unshared = need_of(declaring({{.key = "a"}, {.key = "b"}}, record));
  check_model(unshared, 0, 0, 6000);
  check_model(unshared, 1, 0, 0);
}

TEST_CASE("a ladder keeps its order, its names and its rung without a GPU", "[memory]") {
  const auto needs = resolve(declaring(
      ModelRequirements{{.key = "large", .resident = Bytes{3000}, .compute_type = "float16"}}
          .or_else("int8", {{.key = "small", .compute_type = "int8"}})
          .or_else("cpu", {}),
      record_of(peak_of(Bytes{1000}, Bytes{100}), kDevice.name, "int8")));

  REQUIRE(needs.size() == 3);
  CHECK(needs[0].rung.empty());
  check_model(needs[0], 0, 3000, 0);
  CHECK(needs[1].rung == "int8");
  check_model(needs[1], 0, 1200, 120);
  CHECK(needs[2].rung == "cpu");
  CHECK(needs[2].models.empty());
  CHECK(needs[2].source == RequirementSource::declared);
}

TEST_CASE("a peak that is not split is about the first rung only", "[memory]") {
  const auto needs = resolve(declaring(
      ModelRequirements{{.key = "large"}}.or_else("int8", {{.key = "s", .resident = Bytes{10}}}),
      PeakRecord{.peak = Bytes{5000}}));

  CHECK(needs.at(0).total() == Bytes{6000});
  CHECK(needs.at(1).total() == Bytes{10});
}

TEST_CASE("the least that a request can do with is never more than what it asks for", "[memory]") {
  const auto need = need_of(declaring({{.key = "a", .resident = 100_B, .minimum = 500_B},
                                       {.key = "b", .resident = 100_B, .working = 20_B}}));
  CHECK(need.minimum == need.total());

  const auto smaller = need_of(declaring({{.key = "a", .resident = 100_B, .minimum = 50_B},
                                          {.key = "b", .resident = 100_B, .working = 20_B}}));
  CHECK(smaller.minimum == Bytes{170});
}

TEST_CASE("a rung without a GPU stays one whatever was recorded", "[memory]") {
  for (const auto& record : {record_of({}), record_of(peak_of(0_B, 9_B, 99_B))}) {
    const auto needs = resolve(declaring(ModelRequirements{7_B}.or_else("cpu", {}), record));

    CHECK(needs.at(1).models.empty());
    CHECK(needs.at(1).source == RequirementSource::declared);
    CHECK_FALSE(needs.at(1).minimum);
  }
}

TEST_CASE("a negative or impossible amount is refused by name", "[memory]") {
  const Bytes most{std::numeric_limits<std::int64_t>::max()};
  CHECK_THROWS_WITH(resolve(declaring(most)), contains_text("resident memory of 92233"));
  try {
    static_cast<void>(resolve(declaring({{.key = "large", .working = Bytes{-5}}})));
    FAIL("a negative amount was taken");
  } catch (const clams::Error& error) {
    CHECK(error.code() == clams::ErrorCode::invalid_parameter);
    CHECK_THAT(error.what(), contains_text("\"large\""));
    CHECK_THAT(error.what(), contains_text("-5"));
  }
}
