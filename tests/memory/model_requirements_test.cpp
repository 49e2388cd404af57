// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/model_requirements.hpp>

#include <string>

using clams::ModelRequirements;
using clams::RequirementSource;
using namespace clams::literals;

namespace {

ModelRequirements one_number() { return 3_GiB; }
ModelRequirements two_models() {
  return {{.key = "speech", .resident = 3_GiB, .working = 1_GiB}, {.key = "speaker"}};
}

}  // namespace

TEST_CASE("one number alone is the resident part of the only model", "[memory]") {
  const ModelRequirements needs = one_number();

  REQUIRE(needs.rungs().size() == 1);
  REQUIRE(needs.rungs()[0].models.size() == 1);
  CHECK(needs.rungs()[0].models[0].key == "model");
  CHECK(needs.rungs()[0].models[0].resident == 3_GiB);
  CHECK_FALSE(needs.rungs()[0].models[0].working);
}

TEST_CASE("an app that says nothing declares nothing", "[memory]") {
  CHECK_FALSE(ModelRequirements{}.is_declared());
  CHECK_FALSE(ModelRequirements(std::vector<clams::ModelRequirement>{}).is_declared());
  CHECK(one_number().is_declared());
}

TEST_CASE("several models make one rung", "[memory]") {
  const ModelRequirements needs = two_models();

  REQUIRE(needs.rungs().size() == 1);
  CHECK(needs.rungs()[0].models.size() == 2);
  CHECK(needs.features().empty());
}

TEST_CASE("alternatives keep their order and their names", "[memory]") {
  const ModelRequirements needs = two_models()
                                      .or_else("int8", {{.key = "speech-int8"}})
                                      .or_else("cpu", {})
                                      .with_features({{"seconds", 1800}});

  REQUIRE(needs.rungs().size() == 3);
  CHECK(needs.rungs()[0].name.empty());
  CHECK(needs.rungs()[1].name == "int8");
  CHECK(needs.rungs()[2].name == "cpu");
  CHECK(needs.rungs()[2].models.empty());
  CHECK(needs.features().at("seconds") == 1800);
}

TEST_CASE("sources are named as they stand in answers, the most trusted first", "[memory]") {
  CHECK(clams::source_name(RequirementSource::declared) == "declared");
  CHECK(clams::source_name(RequirementSource::recorded) == "recorded");
  CHECK(clams::source_name(RequirementSource::checkpoint) == "checkpoint");
  CHECK(clams::source_name(RequirementSource::metadata) == "metadata");
  CHECK(clams::source_name(RequirementSource::rule) == "rule");
  CHECK(RequirementSource::declared < RequirementSource::rule);
}
