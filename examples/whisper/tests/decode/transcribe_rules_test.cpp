// SPDX-License-Identifier: Apache-2.0
#include "decode/transcribe_rules.hpp"

#include "decode/support/speaker.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <algorithm>

namespace {

using namespace whisper;
using namespace whisper::testing;
using clams::testing::contains_text;

void check(const TranscribeOptions& options) {
  check_transcribe_options(options, small_multilingual_tokenizer());
}

bool has(const std::vector<int>& tokens, int token) {
  return std::binary_search(tokens.begin(), tokens.end(), token);
}

}  // namespace

TEST_CASE("the default options are right", "[whisper]") { CHECK_NOTHROW(check({})); }

TEST_CASE("options out of their range are refused with their name and value", "[whisper]") {
  CHECK_THROWS_WITH(check({.temperatures = {}}), contains_text("temperature"));
  CHECK_THROWS_WITH(check({.temperatures = {0, -1}}), contains_text("temperature is -1"));
  CHECK_THROWS_WITH(check({.beam_size = 0}), contains_text("beam_size is 0"));
  CHECK_THROWS_WITH(check({.beam_size = 1000}), contains_text("beam_size is 1000"));
  CHECK_THROWS_WITH(check({.best_of = 0}), contains_text("best_of is 0"));
  CHECK_THROWS_WITH(check({.patience = 0}), contains_text("patience is 0"));
  CHECK_THROWS_WITH(check({.length_penalty = 2}), contains_text("length_penalty is 2"));
  CHECK_THROWS_WITH(check({.batch_size = 0}), contains_text("batch_size is 0"));
  CHECK_THROWS_WITH(check({.max_initial_timestamp = -1}), contains_text("max_initial_timestamp"));
}

TEST_CASE("an English-only model refuses other languages and translation", "[whisper]") {
  const auto check_english = [](const TranscribeOptions& options) {
    check_transcribe_options(options, small_tokenizer());
  };

  CHECK_NOTHROW(check_english({.language = "English"}));
  CHECK_THROWS_WITH(check_english({.language = "de"}), contains_text("does not know 'de'"));
  CHECK_THROWS_WITH(check_english({.task = Task::translate}), contains_text("cannot translate"));
}

TEST_CASE("languages are codes or names, and empty means to be detected", "[whisper]") {
  CHECK(chosen_language({.language = "German"}, small_multilingual_tokenizer()) == "de");
  CHECK(chosen_language({}, small_multilingual_tokenizer()).empty());
  CHECK(chosen_language({}, small_tokenizer()) == "en");
  CHECK_THROWS_WITH(chosen_language({.language = "klingon"}, small_multilingual_tokenizer()),
                    contains_text("'klingon' is no language"));
  CHECK_THROWS_WITH(chosen_language({.language = "yue"}, small_multilingual_tokenizer()),
                    contains_text("large-v3"));
}

TEST_CASE("special tokens are never text, and -1 stands for annotations", "[whisper]") {
  const auto& special = small_multilingual_tokenizer().special();

  const auto usual = suppressed_tokens({}, small_multilingual_tokenizer());
  const auto chosen =
      suppressed_tokens({.suppress_tokens = {7, 5}}, small_multilingual_tokenizer());

  CHECK(std::is_sorted(usual.begin(), usual.end()));
  CHECK(has(usual, special.no_speech));
  CHECK(has(usual, special.start_of_previous));
  CHECK_FALSE(has(usual, special.end_of_text));
  for (const int token : small_multilingual_tokenizer().non_speech_tokens()) {
    CHECK(has(usual, token));
  }
  CHECK(chosen.size() == 8);
  CHECK(has(chosen, 5));
}
