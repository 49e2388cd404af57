// SPDX-License-Identifier: Apache-2.0
#include "text/characters.hpp"

#include "support/catch.hpp"

#include <string>

namespace {

using namespace whisper;

TEST_CASE("characters of all scripts are letters, numbers, blanks or other signs", "[whisper]") {
  for (const char32_t letter : {U'a', U'Z', U'é', U'ß', U'ж', U'語', U'한', U'\U0002EBF0'}) {
    CHECK(character_kind(letter) == CharacterKind::letter);
  }
  for (const char32_t number : {U'0', U'9', U'３', U'½', U'Ⅷ', U'٣'}) {
    CHECK(character_kind(number) == CharacterKind::number);
  }
  for (const char32_t blank : {U' ', U'\t', U'\r', U'\u0085', U'\u00A0', U'\u2003', U'\u3000'}) {
    CHECK(character_kind(blank) == CharacterKind::blank);
  }
  for (const char32_t other : {U'\0', U'@', U'[', U'`', U'{', U'\u001C', U'\u200B', U'\u0301', U'♪',
                               U'\U0001F3B5', U'\U0010FFFF'}) {
    CHECK(character_kind(other) == CharacterKind::other);
  }
}

TEST_CASE("each broken part of a character is shown as one U+FFFD", "[whisper]") {
  CHECK(decode_utf8("caf\u00e9") == "caf\u00e9");
  CHECK(decode_utf8("a\xE2\x99") == "a\uFFFD");
  CHECK(decode_utf8("\xE2\x99 b") == "\uFFFD b");
  CHECK(decode_utf8("\xF0\x9F\x8E\xF0\x9F") == "\uFFFD\uFFFD");
  CHECK(decode_utf8("\x80\xBF") == "\uFFFD\uFFFD");
  CHECK(decode_utf8("\xC0\xAF") == "\uFFFD\uFFFD");
  CHECK(decode_utf8("\xE0\x80\x80") == "\uFFFD\uFFFD\uFFFD");
  CHECK(decode_utf8("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");
  CHECK(decode_utf8("\xF4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");
  CHECK(decode_utf8("").empty());
}

TEST_CASE("the units of any bytes add up to all of them", "[whisper]") {
  std::string bytes = "x\u00e9\u8a9e\U0001F3B5";
  for (int round = 0; round < 200; ++round) {
    bytes += static_cast<char>((round * 89 + round / 7) & 0xFF);
  }
  std::size_t at = 0;
  std::size_t units = 0;
  while (at < bytes.size()) {
    const auto length = unit_length(std::string_view(bytes).substr(at));
    REQUIRE(length > 0);
    at += length;
    ++units;
  }

  CHECK(at == bytes.size());
  CHECK(units <= bytes.size());
  CHECK(unit_length("") == 0);
}

TEST_CASE("white space around a text is stripped, that within stays", "[whisper]") {
  CHECK(strip(" \t\u3000a b\u00A0\n") == "a b");
  CHECK(strip("\x1C\x1F.\x1D") == ".");
  CHECK(strip("\u8a9e") == "\u8a9e");
  CHECK(strip(" \n\u2003").empty());
  CHECK(strip("").empty());
}

}  // namespace
