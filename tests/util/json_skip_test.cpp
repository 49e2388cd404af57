// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/error.hpp>
#include <clams/util/json_reader.hpp>
#include <clams/util/utf8.hpp>

#include <array>
#include <string>
#include <vector>

namespace {

/// What goes wrong when the text is gone through by `go`; empty: nothing.
template <typename Go>
std::string problem_of(const std::string& text, Go go) {
  try {
    clams::JsonReader reader(text);
    go(reader);
    reader.expect_end();
    return "";
  } catch (const clams::Error& error) {
    return error.what();
  }
}

std::string problem_in_skipping(const std::string& text) {
  return problem_of(text, [](clams::JsonReader& reader) { reader.skip_value(); });
}

std::string problem_in_reading(const std::string& text) {
  return problem_of(text,
                    [](clams::JsonReader& reader) { static_cast<void>(reader.read_value()); });
}

}  // namespace

TEST_CASE("what is skipped is checked like what is read, and found wrong in the same words",
          "[util]") {
  const std::string text =
      "{\"a\": [1, -0.5e+10, true,\n     null], \"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\": "
      "\"\\u00e9\\n more than sixteen bytes\", \"\": {}, \"f\": [[], false]}";
  const std::string bytes = std::string("\"\\{}[],:0.-eEtu /x\n\t\x01\x7F\x80\xC0\xED\xFF") + '\0';
  REQUIRE(problem_in_reading(text).empty());

  for (std::size_t at = 0; at < text.size(); ++at) {
    CHECK(problem_in_skipping(text.substr(0, at)) == problem_in_reading(text.substr(0, at)));
    for (const char byte : bytes) {
      std::string changed = text;
      changed[at] = byte;
      if (problem_in_skipping(changed) != problem_in_reading(changed)) FAIL_CHECK(changed);
    }
  }
}

TEST_CASE("strings of all lengths end where they end, whatever stands where in them", "[util]") {
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (const std::string odd : {"\\\"", "\xC3\xA9", "\x7F", "\x1F", "\x80", "\""}) {
        const std::string text =
            '"' + std::string(at, 'x') + odd + std::string(length - at, 'y') + '"';
        if (problem_in_skipping(text) != problem_in_reading(text)) FAIL_CHECK(text);
      }
    }
  }
}

TEST_CASE("skipped strings hold UTF-8 and nothing else", "[util]") {
  const std::string bytes =
      "a\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF"
      "\xF0\xF1\xF3\xF4\xF5\xFF";
  for (const char first : bytes) {
    for (const char second : bytes) {
      for (const char third : bytes) {
        const std::string word = std::string{first, second, third} + '\x80';
        const bool is_skipped = problem_in_skipping('"' + word + '"').empty();
        if (is_skipped != clams::is_utf8(word)) FAIL_CHECK(word);
      }
    }
  }
}

TEST_CASE("white space of any kind and length is skipped between tokens", "[util]") {
  for (const std::string space : {" ", "\t", "\r\n", "\n  ", "\n                    \t  "}) {
    const std::string text = space + '[' + space + "1" + space + ',' + space + "{" + space +
                             "\"a\"" + space + ':' + space + "2" + space + '}' + space + ']' +
                             space;
    CHECK(problem_in_skipping(text).empty());
  }
}

TEST_CASE("nesting is limited for what is skipped, too", "[util]") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };

  CHECK(problem_in_skipping(nested(200)).empty());
  CHECK(problem_in_skipping(nested(201)) == problem_in_reading(nested(201)));
  CHECK_FALSE(problem_in_skipping(nested(201)).empty());
}
