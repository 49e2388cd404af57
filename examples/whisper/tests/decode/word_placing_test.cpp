// SPDX-License-Identifier: Apache-2.0
#include "decode/word_placing.hpp"

#include "support/catch.hpp"

namespace {

using namespace whisper;

constexpr int kEndOfText = 100;
constexpr std::string_view kPrepended = "\"'“¿([{-";
constexpr std::string_view kAppended = "\"'.。,，!！?？:：”)]}、";

// A word of one token.
AlignedWord said(std::string word, double start, double end) {
  return {.word = std::move(word), .tokens = {1}, .start = start, .end = end, .probability = 0.5};
}

// A segment of so many text tokens between its timestamps.
Segment segment_of(std::size_t tokens, double start, double end) {
  Segment segment{.start = start, .end = end, .tokens = std::vector<int>(tokens, 1)};
  segment.tokens.insert(segment.tokens.begin(), kEndOfText + 1);
  segment.tokens.push_back(kEndOfText + 50);
  return segment;
}

WordWindow window_after(double last_speech) {
  return {.frames = 3000,
          .last_speech = last_speech,
          .prepend_punctuations = std::string(kPrepended),
          .append_punctuations = std::string(kAppended)};
}

std::vector<std::string> texts_of(const std::vector<AlignedWord>& words) {
  std::vector<std::string> texts;
  texts.reserve(words.size());
  for (const auto& word : words) texts.push_back(word.word);
  return texts;
}

using Texts = std::vector<std::string>;

TEST_CASE("punctuation joins the word that it belongs to", "[whisper]") {
  std::vector<AlignedWord> words{said(" He", 0, 1), said(" said", 1, 2), said(" \"", 2, 3),
                                 said("Yes", 3, 4), said(",", 4, 5),     said(" -", 5, 6),
                                 said(" no", 6, 7), said(".", 7, 8),     said("\"", 8, 9)};

  merge_punctuations(words, kPrepended, kAppended);

  CHECK(texts_of(words) == Texts{" He", " said", "", " \"Yes,", "", "", " - no.\"", "", ""});
  CHECK(words[3].tokens == std::vector<int>{1, 1, 1});
  CHECK(words[4].tokens.empty());
  CHECK(words[3].start == 3);
  CHECK(words[3].end == 4);
}

TEST_CASE("a mark without a word stays alone", "[whisper]") {
  std::vector<AlignedWord> words{said(" (", 0, 1)};
  std::vector<AlignedWord> none;

  merge_punctuations(words, kPrepended, kAppended);
  merge_punctuations(none, kPrepended, kAppended);

  CHECK(texts_of(words) == Texts{" ("});
}

TEST_CASE("each segment gets the words that its tokens spell, in the recording's time",
          "[whisper]") {
  std::vector<Segment> segments{segment_of(2, 100.0, 101.0), segment_of(0, 101.0, 101.0),
                                segment_of(1, 101.0, 101.5)};
  for (auto& segment : segments) segment.seek = 10'000;

  place_words(segments,
              {said(" one", 0.1, 0.5), said(" two", 0.5, 0.9), said(" three", 1.004, 1.4)},
              window_after(99.9), kEndOfText);

  REQUIRE(segments[0].words.size() == 2);
  CHECK(segments[0].words[1].word == " two");
  CHECK(segments[0].start == 100.1);
  CHECK(segments[0].end == 100.9);
  CHECK(segments[0].words[0].probability == 0.5F);
  CHECK(segments[1].words.empty());
  CHECK(segments[1].start == 101.0);
  REQUIRE(segments[2].words.size() == 1);
  CHECK(segments[2].words[0].start == 101.0);
  CHECK(segments[2].end == 101.4);
}

TEST_CASE("a pause is no part of the mark that ends a sentence", "[whisper]") {
  std::vector<Segment> segments{segment_of(5, 0, 9)};

  place_words(segments,
              {said(" one", 0, 0.4), said(" two", 0.4, 0.8), said(".", 0.8, 5),
               said(" Six", 5, 5.4), said(" four", 5.4, 5.8)},
              window_after(0), kEndOfText);

  REQUIRE(segments[0].words.size() == 4);
  CHECK(segments[0].words[1].word == " two.");
  CHECK(segments[0].words[1].end == 0.8);
  CHECK(segments[0].words[2].start == 5);
}

TEST_CASE("a pause before the first word of a sentence is no part of it", "[whisper]") {
  std::vector<Segment> segments{segment_of(3, 0, 6)};

  place_words(segments, {said(" one", 0, 0.4), said(".", 0.4, 0.8), said(" Two", 0.8, 6)},
              window_after(0), kEndOfText);

  REQUIRE(segments[0].words.size() == 2);
  CHECK(segments[0].words[1].start == Approx(5.2));
  CHECK(segments[0].words[1].end == 6);
}

TEST_CASE("after a pause the first words are no longer than others", "[whisper]") {
  std::vector<Segment> segments{segment_of(4, 0, 9.2)};

  place_words(
      segments,
      {said(" one", 0, 5), said(" two", 5, 8.4), said(" three", 8.4, 8.8), said(" four", 8.8, 9.2)},
      window_after(0), kEndOfText);

  // The median is 0.7 s at most, so that 1.4 s are long.
  const auto& words = segments[0].words;
  CHECK(words[0].start == Approx(5.6));
  CHECK(words[0].end == Approx(7.0));
  CHECK(words[1].start == Approx(7.0));
  CHECK(segments[0].start == Approx(5.6));
}

TEST_CASE("a segment's own timestamps are believed where its outer words are too long",
          "[whisper]") {
  std::vector<Segment> segments{segment_of(3, 1.0, 3.0)};

  place_words(segments, {said(" one", 0, 1.2), said(" two", 1.2, 1.6), said(" three", 1.6, 4.0)},
              window_after(0), kEndOfText);

  CHECK(segments[0].words.front().start == 0.5);
  CHECK(segments[0].start == 1.0);
  CHECK(segments[0].words.back().end == 3.0);
  CHECK(segments[0].end == 3.0);
}

TEST_CASE("segments without any aligned word have no words and keep their times", "[whisper]") {
  std::vector<Segment> segments{segment_of(0, 1, 2)};

  place_words(segments, {}, window_after(0), kEndOfText);
  place_words({}, {}, window_after(0), kEndOfText);

  CHECK(segments[0].words.empty());
  CHECK(segments[0].start == 1);
  CHECK(segments[0].end == 2);
}

}  // namespace
