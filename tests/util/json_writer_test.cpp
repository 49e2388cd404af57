// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/error.hpp>
#include <clams/util/json_writer.hpp>

#include <limits>

using clams::Json;
using clams::JsonLayout;
using clams::JsonSpelling;

namespace {

std::string relaid(std::string_view text, JsonLayout layout) {
  std::string out;
  clams::JsonWriter(out, layout, JsonSpelling::mmif).relaid(text);
  return out;
}

}  // namespace

TEST_CASE("floats are spelled as Python spells them", "[util]") {
  CHECK(clams::float_text(1) == "1.0");
  CHECK(clams::float_text(0.1) == "0.1");
  CHECK(clams::float_text(-0.0) == "-0.0");
  CHECK(clams::float_text(1e15) == "1000000000000000.0");
  CHECK(clams::float_text(1e16) == "1e+16");
  CHECK(clams::float_text(0.0001) == "0.0001");
  CHECK(clams::float_text(0.00001) == "1e-05");
  CHECK(clams::float_text(1.5e300) == "1.5e+300");
  CHECK(clams::float_text(123456789012345680.0) == "1.2345678901234568e+17");
}

TEST_CASE("NaN and infinities are never written", "[util]") {
  CHECK_THROWS_AS(clams::write_json(std::numeric_limits<double>::quiet_NaN()), clams::Error);
  CHECK_THROWS_AS(clams::write_json(std::numeric_limits<double>::infinity()), clams::Error);
}

TEST_CASE("MMIF text is ASCII, metadata text is UTF-8", "[util]") {
  const Json value = {{"k", "caf\u00e9 \U0001F600 \x7F\n\""}};

  CHECK(clams::write_json(value) == R"({"k": "caf\u00e9 \ud83d\ude00 \u007f\n\""})");
  CHECK(clams::write_json(value, JsonLayout::compact, JsonSpelling::metadata) ==
        "{\"k\":\"caf\u00e9 \U0001F600 \x7F\\n\\\"\"}");
}

TEST_CASE("a lone surrogate is written as it was read", "[util]") {
  CHECK(clams::write_json(clams::parse_json(R"("\ud800")")) == R"("\ud800")");
}

TEST_CASE("pretty text is indented by two blanks, empty containers stay on their line", "[util]") {
  const Json value = {{"a", {1, 2}}, {"b", Json::object()}, {"c", Json::array()}};

  CHECK(clams::write_json(value, JsonLayout::pretty) ==
        "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}");
}

TEST_CASE("numbers beyond 64 bits are written as they were read", "[util]") {
  CHECK(clams::write_json(clams::parse_json("[123456789012345678901234567890]")) ==
        "[123456789012345678901234567890]");
}

TEST_CASE("text that is passed on keeps every token's spelling", "[util]") {
  const std::string_view text = "{\n  \"a\" : [1e5,\t\"\\u00e9 [x]\", {}],\n\"b\":null\n}";

  CHECK(relaid(text, JsonLayout::compact) == R"({"a": [1e5, "\u00e9 [x]", {}], "b": null})");
  CHECK(relaid("{\"a\":[1e5,{}]}", JsonLayout::pretty) ==
        "{\n  \"a\": [\n    1e5,\n    {}\n  ]\n}");
}

TEST_CASE("compact text is passed on letter by letter", "[util]") {
  const std::string_view text = R"({"a":1,   "b" :2})";

  CHECK(relaid(text, JsonLayout::compact) == text);
}

TEST_CASE("values are equal as Python sees them", "[util]") {
  const auto equal = [](const char* a, const char* b) {
    return clams::equal_values(clams::parse_json(a), clams::parse_json(b));
  };

  CHECK(equal("1", "1.0"));
  CHECK(equal("true", "1"));
  CHECK(equal(R"({"a": 1, "b": [true]})", R"({"b": [1.0], "a": 1})"));
  CHECK_FALSE(equal("1", "\"1\""));
  CHECK_FALSE(equal(R"({"a": 1})", R"({"a": 1, "b": 2})"));
  CHECK_FALSE(equal("[1, 2]", "[1]"));
  CHECK_FALSE(equal("null", "false"));
}
