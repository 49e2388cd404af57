// SPDX-License-Identifier: Apache-2.0
#include "decode/word_alignment.hpp"

#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <cstdlib>

namespace {

using namespace whisper;

// Two heads that look ever further on, among noise: a start of four tokens, six of text, the end.
CrossAttention made_up_attention() {
  CrossAttention attention{.heads = 2, .tokens = 11, .positions = 70};
  for (int head = 0; head < 2; ++head) {
    for (int token = 0; token < 11; ++token) {
      for (int position = 0; position < 70; ++position) {
        const int noise = (head * 31 + token * 17 + position * 13) % 23;
        const int distance = std::abs(position - (token * token / 2 + token));
        attention.scores.push_back(static_cast<float>(noise) / 8 +
                                   (distance < 2 + head ? 6.0F : 0.0F));
      }
    }
  }
  attention.token_probabilities = {0.5F, 0.25F, 0.75F, 1.0F, 0.5F, 0.125F};
  return attention;
}

std::vector<WordTokens> one_word_a_token() {
  std::vector<WordTokens> words;
  words.reserve(6);
  for (int i = 0; i < 6; ++i) words.push_back({" w" + std::to_string(i), {i}});
  return words;
}

std::vector<double> times_of(const std::vector<AlignedWord>& words) {
  std::vector<double> times;
  times.reserve(words.size() + 1);
  for (const auto& word : words) times.push_back(word.start);
  if (!words.empty()) times.push_back(words.back().end);
  return times;
}

using Times = std::vector<double>;

// Expected times are those of openai-whisper's find_alignment on the same scores.
TEST_CASE("words are said where their tokens looked", "[whisper]") {
  const auto words = align_words(made_up_attention(), one_word_a_token(), 140);

  CHECK(times_of(words) == Times{0, 0.2, 0.3, 0.42, 0.56, 0.74, 0.92});
  for (std::size_t i = 1; i < words.size(); ++i) CHECK(words[i].start == words[i - 1].end);
}

TEST_CASE("words lie within the part of the window that is of the recording", "[whisper]") {
  const auto attention = made_up_attention();

  CHECK(times_of(align_words(attention, one_word_a_token(), 100)) ==
        Times{0, 0.2, 0.3, 0.42, 0.56, 0.76, 0.9});
  CHECK(times_of(align_words(attention, one_word_a_token(), 8)) ==
        Times{0, 0, 0, 0.02, 0.02, 0.04, 0.06});
  CHECK(times_of(align_words(attention, one_word_a_token(), 6)) == Times{0, 0, 0, 0, 0, 0, 0.02});
  CHECK(times_of(align_words(attention, one_word_a_token(), 0)) == Times(7, 0));
  CHECK(align_words(attention, one_word_a_token(), 100'000).back().end < 1.4);
}

TEST_CASE("a word of several tokens takes their time, and the mean of their probabilities",
          "[whisper]") {
  const std::vector<WordTokens> spelled{{" one", {0, 1}}, {" two", {2}}, {" three", {3, 4, 5}}};

  const auto words = align_words(made_up_attention(), spelled, 140);

  CHECK(times_of(words) == Times{0, 0.3, 0.42, 0.92});
  CHECK(words[0].word == " one");
  CHECK(words[0].tokens == std::vector<int>{0, 1});
  CHECK(words[0].probability == Approx(0.375));
  CHECK(words[2].probability == Approx(1.625 / 3));
}

TEST_CASE("no words take no time", "[whisper]") {
  CHECK(align_words(CrossAttention{}, {}, 3000).empty());
}

TEST_CASE("words of another text than the attention's are refused", "[whisper]") {
  const std::vector<WordTokens> other{{" one", {0}}};
  auto cut = made_up_attention();
  cut.scores.pop_back();

  CHECK_THROWS_AS(align_words(made_up_attention(), other, 140), clams::Error);
  CHECK_THROWS_AS(align_words(cut, one_word_a_token(), 140), clams::Error);
  CHECK_THROWS_AS(align_words(CrossAttention{}, one_word_a_token(), 140), clams::Error);
}

}  // namespace
