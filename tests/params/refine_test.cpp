// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/params/refine.hpp>
#include <clams/params/universal_parameters.hpp>
#include <clams/util/error.hpp>

using clams::Json;
using clams::ParameterSpec;
using clams::query_parameters;
using clams::RawParameters;
using clams::testing::contains_text;
using enum clams::ParameterType;
using Texts = std::vector<std::string>;

namespace {

clams::Parameters refine(std::vector<ParameterSpec> specs, const RawParameters& raw) {
  for (ParameterSpec& spec : specs) spec = settle_parameter(spec);
  return clams::refine_parameters(specs, raw);
}

clams::Parameters refine(std::vector<ParameterSpec> specs, std::string_view query) {
  return refine(std::move(specs), query_parameters(query));
}

}  // namespace

TEST_CASE("every declared parameter is there, in the order of declaration", "[params]") {
  const auto parameters = refine({{.name = "b", .default_value = "x"},
                                  {.name = "a", .type = integer, .default_value = 7},
                                  {.name = "c", .type = number, .default_value = 1}},
                                 "a=9");

  CHECK(parameters.names() == Texts{"b", "a", "c"});
  CHECK(clams::write_json(parameters.to_json()) == R"({"b": "x", "a": 9, "c": 1.0})");
}

TEST_CASE("of a single-valued parameter the first value counts, the rest is not read", "[params]") {
  const auto parameters = refine({{.name = "n", .type = integer}}, "n=1&n=abc&n=2");

  CHECK(parameters.get<int>("n") == 1);
}

TEST_CASE("a multivalued parameter keeps all values, in order", "[params]") {
  const std::vector<ParameterSpec> specs{{.name = "n", .type = integer, .multivalued = true}};

  CHECK(refine(specs, "n=2&n=1&n=2").to_json()["n"] == Json::array({2, 1, 2}));
  CHECK(refine(specs, "n=5").to_json()["n"] == Json::array({5}));
  CHECK_THROWS_WITH(refine(specs, "n=1,2"), contains_text("'1,2'"));
}

TEST_CASE("later pairs of a map override earlier ones at their place", "[params]") {
  const auto parameters = refine({{.name = "m", .type = map}}, "m=a:1&m=b:2&m=a:3");

  CHECK(clams::write_json(parameters.at("m")) == R"({"a": "3", "b": "2"})");
}

TEST_CASE("a missing required parameter is named", "[params]") {
  CHECK_THROWS_WITH(refine({{.name = "reqStr"}}, ""),
                    "Cannot find configuration for a required parameter \"reqStr\".");
  CHECK(refine({{.name = "reqStr"}}, "reqStr=").get<std::string>("reqStr").empty());
}

TEST_CASE("a value that cannot be cast is refused with the parameter's name", "[params]") {
  CHECK_THROWS_WITH(
      refine({{.name = "int1", .type = integer}}, "int1=abc"),
      "Value for parameter \"int1\" is not of type integer: invalid literal for int() "
      "with base 10: 'abc'");
}

TEST_CASE("no values at all mean an empty list, or the default", "[params]") {
  RawParameters raw;
  raw.set("list", {});
  raw.set("map", {});
  raw.set("one", {});

  const auto parameters = refine({{.name = "list", .default_value = "x", .multivalued = true},
                                  {.name = "map", .type = map},
                                  {.name = "one", .default_value = "x"}},
                                 raw);

  CHECK(parameters.at("list") == Json::array());
  CHECK(parameters.at("map") == Json::object());
  CHECK(parameters.at("one") == "x");
}

TEST_CASE("choices are compared by value and item by item", "[params]") {
  CHECK_NOTHROW(refine({{.name = "n", .type = number, .choices = {1, 2.5}}}, "n=1.0"));
  CHECK_NOTHROW(refine({{.name = "i", .type = integer, .choices = {"1", "2"}}}, "i=02"));
  CHECK_NOTHROW(refine({{.name = "b", .type = boolean, .choices = {true}}}, "b=yes"));
  const std::vector<ParameterSpec> colours{
      {.name = "c", .choices = {"red", "green"}, .multivalued = true}};
  CHECK_NOTHROW(refine(colours, "c=green&c=red"));
  CHECK_THROWS_WITH(refine(colours, "c=red&c=blue"),
                    "Value for parameter \"c\" must be one of ['red', 'green'].");
}

TEST_CASE("a default need not be among the choices", "[params]") {
  const auto parameters = refine({{.name = "c", .choices = {"a"}, .default_value = "zzz"}}, "");

  CHECK(parameters.get<std::string>("c") == "zzz");
}

TEST_CASE("defaults reach the app as they were declared", "[params]") {
  const auto parameters =
      refine({{.name = "no", .default_value = "no"},
              {.name = "seven", .default_value = "007"},
              {.name = "flag", .default_value = true},
              {.name = "list",
               .type = integer,
               .default_value = Json::array({"1", 2}),
               .multivalued = true},
              {.name = "m", .type = map, .default_value = Json::array({"k:v"})}},
             "");

  CHECK(parameters.get<std::string>("no") == "no");
  CHECK(parameters.get<std::string>("seven") == "007");
  CHECK(parameters.get<std::string>("flag") == "True");
  CHECK(parameters.at("list") == Json::array({1, 2}));
  CHECK(parameters.at("m") == Json::object({{"k", "v"}}));
}

TEST_CASE("undeclared names are told, and what they are called does not matter", "[params]") {
  const auto raw = query_parameters("mmif=1&pretty&%23RAW%23=x&self=2");
  const auto& specs = clams::universal_parameters();

  const auto parameters = clams::refine_parameters(specs, raw);

  CHECK(clams::undeclared_parameters(specs, raw) == Texts{"mmif", "#RAW#", "self"});
  CHECK_FALSE(parameters.contains("mmif"));
  CHECK(parameters.get<bool>("pretty"));
  CHECK(parameters.raw() == raw);
}
