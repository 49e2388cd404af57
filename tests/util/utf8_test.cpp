// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/utf8.hpp>

using clams::Surrogates;

TEST_CASE("characters of one to four bytes are read and written alike", "[util]") {
  for (const char32_t value : {U'A', U'\u00e9', U'\u20ac', U'\U0001F600', U'\U0010FFFF'}) {
    std::string text;
    clams::append_utf8(text, value);

    const auto read = clams::first_code_point(text + "x");

    REQUIRE(read.has_value());
    CHECK(read->value == value);
    CHECK(read->length == text.size());
  }
}

TEST_CASE("overlong, cut, stray and too large sequences are not UTF-8", "[util]") {
  for (const char* text : {"\xC0\xAF", "\xE2\x82", "\x80", "\xFF", "\xF4\x90\x80\x80",
                           "\xE0\x80\xAF", "\xF8\x88\x80\x80\x80"}) {
    CHECK_FALSE(clams::is_utf8(text));
    CHECK(clams::find_invalid_utf8("ab" + std::string{text}) == 2U);
  }
  CHECK_FALSE(clams::first_code_point("").has_value());
}

TEST_CASE("surrogates are characters only where they are asked for", "[util]") {
  const std::string surrogate = "\xED\xA0\x80";

  CHECK_FALSE(clams::is_utf8(surrogate));
  CHECK(clams::first_code_point(surrogate, Surrogates::accept)->value == 0xD800);
  CHECK_FALSE(clams::find_invalid_utf8(surrogate, Surrogates::accept).has_value());
}

TEST_CASE("bytes that are no character are replaced, the rest is kept", "[util]") {
  CHECK(clams::replace_invalid_utf8("a\xFF\xFE z") == "a\uFFFD\uFFFD z");
  CHECK(clams::replace_invalid_utf8("caf\u00e9") == "caf\u00e9");
  CHECK(clams::replace_invalid_utf8("").empty());
}
