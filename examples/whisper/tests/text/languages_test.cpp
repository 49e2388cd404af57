// SPDX-License-Identifier: Apache-2.0
#include "text/languages.hpp"

#include "support/catch.hpp"
#include "text/tokenizer.hpp"

namespace {

using namespace whisper;

TEST_CASE("a language may be given by its code, its name, another name, or with a region",
          "[whisper]") {
  CHECK(language_code("de") == "de");
  CHECK(language_code("German") == "de");
  CHECK(language_code("HAITIAN creole") == "ht");
  CHECK(language_code("Castilian") == "es");
  CHECK(language_code("mandarin") == "zh");
  CHECK(language_code("en-US") == "en");
  CHECK(language_code("zh_CN") == "zh");
  CHECK(language_code("yue") == "yue");
}

TEST_CASE("a language that no model knows has no code", "[whisper]") {
  CHECK_FALSE(language_code("klingon").has_value());
  CHECK_FALSE(language_code("").has_value());
  CHECK_FALSE(language_code("-").has_value());
  CHECK(language_name("klingon").empty());
}

TEST_CASE("each code has one name, which leads back to it", "[whisper]") {
  const auto codes = language_codes();

  REQUIRE(codes.size() == 100);
  CHECK(codes.front() == "en");
  CHECK(codes[98] == "su");
  CHECK(codes.back() == "yue");
  CHECK(language_name("yue") == "cantonese");
  for (const auto code : codes) CHECK(language_code(language_name(code)) == code);
}

}  // namespace
