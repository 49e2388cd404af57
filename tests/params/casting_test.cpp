// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/params/casting.hpp>
#include <clams/util/error.hpp>
#include <clams/util/python_text.hpp>

#include <cmath>
#include <map>

using clams::cast_parameter;
using clams::Json;
using clams::testing::contains_text;
using enum clams::ParameterType;

namespace {

const std::map<std::string, clams::ParameterType> kTypes{{"integer", integer},
                                                         {"number", number},
                                                         {"string", string},
                                                         {"boolean", boolean},
                                                         {"map", map}};

/// WIRE section 17, row 13: a number parameter `nan` or `inf` is an error.
bool is_refused_here(const Json& call) {
  const Json& value = call["returns"]["value"];
  return call["args"][0] == "number" && (value.is_string() || !std::isfinite(value.get<double>()));
}

}  // namespace

TEST_CASE("texts are cast as clams-python casts them", "[params]") {
  const auto calls = clams::testing::recorded_calls("cast");
  if (calls.empty()) CLAMS_SKIP("no recorded vectors");
  for (const Json& call : calls) {
    INFO(clams::write_json(call));
    const auto type = kTypes.at(call["args"][0].get<std::string>());
    const auto text = call["args"][1].get<std::string>();
    if (call.contains("raises")) {
      CHECK_THROWS_WITH(cast_parameter(type, text),
                        contains_text(call["message"].get<std::string>()));
    } else if (is_refused_here(call)) {
      CHECK_THROWS_AS(cast_parameter(type, text), clams::Error);
    } else {
      const Json value = cast_parameter(type, text);
      CHECK(value == call["returns"]["value"]);
      CHECK(Json(clams::python_type_name(value)) == call["returns"]["python_type"]);
    }
  }
}

TEST_CASE("integers keep every digit, whatever their size", "[params]") {
  for (const char* text :
       {"0", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
        "18446744073709551616", "-99999999999999999999999999"}) {
    CHECK(clams::python_str(cast_parameter(integer, text)) == text);
  }
  CHECK(cast_parameter(integer, "-0") == 0);
  CHECK(clams::python_str(cast_parameter(integer, "+007")) == "7");
}

TEST_CASE("integers may have blanks around, _ between and digits of any script", "[params]") {
  CHECK(cast_parameter(integer, " \t1_000\n") == 1000);
  CHECK(cast_parameter(integer, "\u0663") == 3);
  CHECK(cast_parameter(integer, "\u00a0-\uff11\uff12\u2003") == -12);
}

TEST_CASE("what is no integer is refused in Python's words", "[params]") {
  for (const char* text : {"", " ", "-", "+-1", "- 1", "_1", "1_", "1__0", "1.0", "1e3", "0x10",
                           "1,000", "\u00b2", "\0371", "\xff"}) {
    CHECK_THROWS_WITH(cast_parameter(integer, text),
                      contains_text("invalid literal for int() with base 10: "));
  }
  CHECK_THROWS_WITH(cast_parameter(integer, std::string(4301, '9')),
                    contains_text("Exceeds the limit (4300 digits)"));
}

TEST_CASE("numbers are always floats", "[params]") {
  CHECK(clams::python_str(cast_parameter(number, "1")) == "1.0");
  CHECK(clams::python_str(cast_parameter(number, "-0")) == "-0.0");
  CHECK(cast_parameter(number, " 1_0.5E+0_1 ") == 105.0);
  CHECK(cast_parameter(number, "5.") == 5.0);
  CHECK(cast_parameter(number, "-.5e-3") == -0.0005);
  CHECK(cast_parameter(number, "\u0663.\u0665") == 3.5);
  CHECK(cast_parameter(number, "1e-999") == 0.0);
}

TEST_CASE("what is no finite number is refused", "[params]") {
  for (const char* text : {"", ".", "1e", "e5", "1._5", "1_.5", "1,5", "0x1p3", "true", "1d5",
                           "nan", "-inf", "Infinity", "1.2.3", "--1"}) {
    CHECK_THROWS_WITH(cast_parameter(number, text),
                      contains_text("could not convert string to float: "));
  }
  CHECK_THROWS_WITH(cast_parameter(number, "1e999"), contains_text("too large for a float"));
}

TEST_CASE("only five words are false", "[params]") {
  for (const char* text : {"False", "false", "F", "f", "0"}) {
    CHECK(cast_parameter(boolean, text) == false);
  }
  for (const char* text : {"", "FALSE", "no", "off", "n", "0.0", "None", " f", "true"}) {
    CHECK(cast_parameter(boolean, text) == true);
  }
}

TEST_CASE("a map's pair is split at the first colon", "[params]") {
  CHECK(cast_parameter(map, "u:http://x") == Json::object({{"u", "http://x"}}));
  CHECK(cast_parameter(map, ":") == Json::object({{"", ""}}));
  CHECK_THROWS_WITH(cast_parameter(map, "ab"), contains_text("write key:value instead of 'ab'"));
}
