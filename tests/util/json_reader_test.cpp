// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/error.hpp>
#include <clams/util/json_reader.hpp>

namespace {

std::string message_of(std::string_view text) {
  try {
    static_cast<void>(clams::parse_json(text));
  } catch (const clams::Error& error) {
    return error.what();
  }
  return "";
}

std::string nested_arrays(int depth) {
  const auto count = static_cast<std::size_t>(depth);
  return std::string(count, '[') + std::string(count, ']');
}

}  // namespace

TEST_CASE("an object is read member by member, skipped values come back as their text", "[util]") {
  clams::JsonReader reader(R"( {"a": {"x" : [1, 2]} , "b": "two"} )");
  std::string skipped;
  std::string text;

  reader.read_object([&](std::string_view key) {
    if (key == "a") {
      skipped = reader.skip_value();
    } else {
      text = reader.read_string();
    }
  });
  reader.expect_end();

  CHECK(skipped == R"({"x" : [1, 2]})");
  CHECK(text == "two");
}

TEST_CASE("keys with escapes are compared by what they mean", "[util]") {
  clams::JsonReader reader(R"({"\u0069d": 1})");
  std::string key;

  reader.read_object([&](std::string_view name) {
    key = name;
    reader.skip_value();
  });

  CHECK(key == "id");
}

TEST_CASE("escapes are undone, surrogate pairs joined and lone surrogates kept", "[util]") {
  CHECK(clams::parse_json(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(clams::parse_json(R"("\ud83d\ude00")") == "\U0001F600");
  CHECK(clams::parse_json(R"("\ud83dx")").get<std::string>() == "\xED\xA0\xBDx");
}

TEST_CASE("numbers keep their value, however large", "[util]") {
  CHECK(clams::parse_json("-7").get<int>() == -7);
  CHECK(clams::parse_json("18446744073709551615").is_number_unsigned());
  CHECK(clams::parse_json("1.5e3").get<double>() == 1500.0);
  CHECK(clams::parse_json("1e-400").get<double>() == 0.0);
  CHECK(clams::exact_number_text(clams::parse_json("123456789012345678901234567890")) ==
        "123456789012345678901234567890");
  CHECK(clams::exact_number_text(clams::parse_json("1e400")) == "1e400");
}

TEST_CASE("of a key that appears twice the last value counts, at the first place", "[util]") {
  const clams::Json value = clams::parse_json(R"({"a": 1, "b": 2, "a": 3})");

  CHECK(clams::write_json(value) == R"({"a": 3, "b": 2})");
}

TEST_CASE("what is not JSON is refused with line and column", "[util]") {
  CHECK(message_of("") == "Expecting value: line 1 column 1 (char 0)");
  CHECK(message_of("{\"a\": 1,\n \"b\" 2}") ==
        "Expecting ':' delimiter: line 2 column 6 (char 14)");
  CHECK(message_of("[1 2]") == "Expecting ',' or ']': line 1 column 4 (char 3)");
  CHECK(message_of("{} x") == "Extra data: line 1 column 4 (char 3)");
}

TEST_CASE("texts that Python takes and JSON does not are refused", "[util]") {
  const char* text = GENERATE("NaN", "Infinity", "-Infinity", "[1,]", "{\"a\":1,}", "01", "1.",
                              ".5", "+1", "1e", "'a'", "tru", "nul", "{a: 1}", "\xEF\xBB\xBF{}");

  CHECK_FALSE(message_of(text).empty());
}

TEST_CASE("strings must be UTF-8 without control characters", "[util]") {
  const char* text = GENERATE("\"\x01\"", "\"a\nb\"", "\"\xFF\"", "\"\xC0\x80\"",
                              "\"\xED\xA0\x80\"", "\"\\x41\"", "\"\\u12g4\"", "\"\\", "\"open");

  CHECK_FALSE(message_of(text).empty());
}

TEST_CASE("nesting is bounded so that no input can exhaust the stack", "[util]") {
  CHECK(message_of(nested_arrays(200)).empty());
  CHECK_THAT(message_of(nested_arrays(201)),
             clams::testing::contains_text("Nested deeper than 200"));
  CHECK_FALSE(message_of(std::string(1'000'000, '[')).empty());
}

TEST_CASE("a value of another kind than the one asked for is refused", "[util]") {
  clams::JsonReader reader("[1]");

  CHECK_THROWS_AS(reader.read_object([](std::string_view) {}), clams::Error);
}
