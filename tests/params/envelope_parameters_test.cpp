// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/params/envelope_parameters.hpp>
#include <clams/util/error.hpp>

using clams::Json;
using clams::parse_json;
using clams::read_envelope_parameters;

namespace {

Json as_json(const clams::RawParameters& raw) {
  Json object = Json::object();
  for (const auto& [name, values] : raw) object[name] = values;
  return object;
}

/// WIRE section 17, row 24: a parameter that is null means absent.
Json without_null_parameters(const Json& arguments, Json expected) {
  for (const auto& [name, value] : arguments.items()) {
    if (value.is_null()) expected.erase(name);
  }
  return expected;
}

}  // namespace

TEST_CASE("an envelope's values become texts as clams-python makes them", "[params]") {
  const auto calls = clams::testing::recorded_calls("normalize_params");
  if (calls.empty()) CLAMS_SKIP("no recorded vectors");
  for (const Json& call : calls) {
    INFO(clams::write_json(call));
    const Json& arguments = call["args"][0];
    CHECK(as_json(read_envelope_parameters(arguments)) ==
          without_null_parameters(arguments, call["returns"]));
  }
}

TEST_CASE("scalars, lists and objects all become lists of texts", "[params]") {
  const auto raw = read_envelope_parameters(parse_json(R"({"b": true, "i": 3, "f": 3.0, "s": "x",
      "list": [1, 1e16, null, ["a", {"k": "it's"}]], "map": {"k": "v", "n": 1.5}, "none": []})"));

  CHECK(as_json(raw) == parse_json(R"({"b": ["True"], "i": ["3"], "f": ["3.0"], "s": ["x"],
      "list": ["1", "1e+16", "None", "['a', {'k': \"it's\"}]"], "map": ["k:v", "n:1.5"],
      "none": []})"));
}

TEST_CASE("a null parameter is absent", "[params]") {
  const auto raw = read_envelope_parameters(parse_json(R"({"a": null, "b": ""})"));

  CHECK_FALSE(raw.contains("a"));
  CHECK(raw.contains("b"));
}

TEST_CASE("parameters that are no object are refused with what they are", "[params]") {
  for (const auto& [text, type] : {std::pair{"[]", "list"},
                                   {"\"x\"", "str"},
                                   {"1", "int"},
                                   {"1.5", "float"},
                                   {"true", "bool"},
                                   {"null", "NoneType"}}) {
    CHECK_THROWS_WITH(read_envelope_parameters(parse_json(text)),
                      std::string{"\"parameters\" must be a JSON object, got "} + type);
  }
}
