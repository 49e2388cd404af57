// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/params/parameter_spec.hpp>
#include <clams/params/universal_parameters.hpp>
#include <clams/util/error.hpp>

#include <fstream>

using clams::Json;
using clams::ParameterSpec;
using clams::settle_parameter;
using clams::testing::contains_text;
using enum clams::ParameterType;

TEST_CASE("maps are multivalued and booleans are not, whatever was said", "[params]") {
  CHECK(settle_parameter({.name = "m", .type = map}).multivalued);
  CHECK_FALSE(settle_parameter({.name = "b", .type = boolean, .multivalued = true}).multivalued);
}

TEST_CASE("the scalar default of a multivalued parameter becomes a list of one", "[params]") {
  const auto spec = settle_parameter({.name = "x", .default_value = "a", .multivalued = true});

  CHECK(*spec.default_value == Json::array({"a"}));
}

TEST_CASE("a map's default may be an object", "[params]") {
  const auto spec = settle_parameter(
      {.name = "m", .type = map, .default_value = Json::object({{"k", "v"}, {"n", 1}})});

  CHECK(*spec.default_value == Json::array({"k:v", "n:1"}));
}

TEST_CASE("a default keeps its value and its type in the metadata", "[params]") {
  for (const char* text : {"no", "on", "007", "1.50", "true"}) {
    CHECK(to_json(settle_parameter({.name = "s", .default_value = text}))["default"] == text);
  }
  const auto list = settle_parameter(
      {.name = "i", .type = integer, .default_value = Json::array({1, 2}), .multivalued = true});
  CHECK(to_json(list)["default"] == Json::array({1, 2}));
  const auto one = settle_parameter({.name = "n", .type = number, .default_value = 1.0});
  CHECK(clams::write_json(to_json(one)["default"]) == "1.0");
}

TEST_CASE("a null default means that the parameter is required", "[params]") {
  const auto spec = settle_parameter({.name = "x", .default_value = Json(nullptr)});

  CHECK_FALSE(spec.default_value.has_value());
}

TEST_CASE("a spec is shown with its fields in order, multivalued always", "[params]") {
  const ParameterSpec full{
      .name = "x", .description = "d", .type = integer, .choices = {1, 2}, .default_value = 1};

  CHECK(clams::write_json(to_json(full)) ==
        R"({"name": "x", "description": "d", "type": "integer", "choices": [1, 2], "default": 1, )"
        R"("multivalued": false})");
  CHECK(clams::write_json(clams::to_json({.name = "r", .description = "", .type = map})) ==
        R"({"name": "r", "description": "", "type": "map", "multivalued": false})");
}

TEST_CASE("a spec that can never work is refused, and says why", "[params]") {
  CHECK_THROWS_WITH(settle_parameter({}), contains_text("needs a name"));
  CHECK_THROWS_WITH(settle_parameter({.name = "x", .type = integer, .default_value = "seven"}),
                    contains_text("parameter \"x\": the default 'seven' is not of type integer"));
  CHECK_THROWS_WITH(settle_parameter({.name = "x", .type = number, .choices = {"a"}}),
                    contains_text("the choice 'a' is not of type number"));
  CHECK_THROWS_WITH(settle_parameter({.name = "x", .default_value = Json::array({"a"})}),
                    contains_text("must be a single value"));
  CHECK_THROWS_WITH(
      settle_parameter({.name = "m", .type = map, .default_value = Json::array({"nocolon"})}),
      contains_text("not of type map"));
}

TEST_CASE("the universal parameters are described as on the wire", "[params]") {
  std::ifstream file(std::string{CLAMS_CONFORMANCE_DIR} + "/http.jsonl");
  std::string line;
  if (!std::getline(file, line)) CLAMS_SKIP("no recorded cases");
  const Json recorded =
      clams::parse_json(clams::parse_json(line)["response"]["body"].get<std::string>());

  const Json& parameters = recorded["parameters"];
  const std::size_t first = parameters.size() - clams::universal_parameters().size();
  for (std::size_t i = 0; i < clams::universal_parameters().size(); ++i) {
    CHECK(to_json(clams::universal_parameters()[i]) == parameters[first + i]);
  }
}
