// SPDX-License-Identifier: Apache-2.0
#include "decode/hallucination.hpp"

#include "support/catch.hpp"

#include <string>

namespace {

using namespace whisper;

Word likely(double start, double end) {
  return {.word = " so", .start = start, .end = end, .probability = 0.9F};
}

Word unlikely(double start, double end) {
  return {.word = " you", .start = start, .end = end, .probability = 0.1F};
}

Segment segment_of(const std::vector<Word>& words) {
  return {.start = words.front().start, .end = words.back().end, .words = words};
}

// A word every half second.
Segment speech(double start, double end) {
  std::vector<Word> words;
  for (double at = start; at < end; at += 0.5) words.push_back(likely(at, at + 0.5));
  return segment_of(words);
}

Segment made_up(double start, double end) { return segment_of({unlikely(start, end)}); }

// The second window of a recording of 90 s, whose first one ended with speech.
constexpr WindowPlace kSecond{
    .seek = 3000, .frames = 3000, .content_frames = 9000, .last_speech = 29.5};

TEST_CASE("improbable, very short and very long words are unlike speech", "[whisper]") {
  CHECK(word_anomaly_score(likely(1, 1.5)) == 0);
  CHECK(word_anomaly_score(unlikely(1, 1.5)) == 1);
  CHECK(word_anomaly_score(likely(1, 1.033)) == Approx(1.5));
  CHECK(word_anomaly_score(likely(1, 4.5)) == Approx(1.5));
  CHECK(word_anomaly_score(unlikely(1, 1)) == Approx(2.995));
}

TEST_CASE("a segment is judged by its first eight words that are no punctuation", "[whisper]") {
  auto late = segment_of(std::vector<Word>(8, likely(0, 1)));
  for (int i = 0; i < 9; ++i) late.words.push_back(unlikely(1, 1));
  const auto early = segment_of({unlikely(0, 1), unlikely(1, 2), unlikely(2, 3), likely(3, 4)});
  auto marks = early;
  for (auto& word : marks.words) word.word = "!";
  const Segment silent{.start = 0, .end = 1};

  CHECK_FALSE(is_segment_anomaly(&late));
  CHECK(is_segment_anomaly(&early));
  CHECK(is_segment_anomaly(&marks));
  CHECK_FALSE(is_segment_anomaly(&silent));
  CHECK_FALSE(is_segment_anomaly(nullptr));
}

TEST_CASE("segments without words are passed over", "[whisper]") {
  const std::vector<Segment> segments{{.start = 0, .end = 1}, speech(1, 2), {.start = 2, .end = 3}};

  CHECK(next_words_segment(segments) == &segments[1]);
  CHECK(last_word_end(segments) == 2.0);
  CHECK(next_words_segment(std::span(segments).first(1)) == nullptr);
  CHECK(last_word_end(std::span(segments).first(1)) == 1.0);
  CHECK_FALSE(last_word_end({}).has_value());
}

TEST_CASE("speech stays, and the next window begins after it", "[whisper]") {
  std::vector<Segment> segments{speech(30, 35), speech(36, 40)};

  const auto skip = skip_silence(segments, kSecond, 2);

  CHECK(skip.seek == 4000);
  CHECK_FALSE(skip.drop_window);
  CHECK(segments.size() == 2);
}

TEST_CASE("speech up to the window's end is followed by the next window", "[whisper]") {
  std::vector<Segment> segments{speech(30, 45), speech(45, 59)};

  CHECK(skip_silence(segments, kSecond, 2).seek == 6000);
}

TEST_CASE("a window that ends with a single timestamp goes on where that says", "[whisper]") {
  std::vector<Segment> segments{speech(30, 35)};
  auto place = kSecond;
  place.single_timestamp_ending = true;

  CHECK_FALSE(skip_silence(segments, place, 2).seek.has_value());
  CHECK(segments.size() == 1);
}

TEST_CASE("a made-up beginning after silence drops the window and skips the silence", "[whisper]") {
  std::vector<Segment> segments{made_up(40, 40.5), speech(41, 45)};

  const auto skip = skip_silence(segments, kSecond, 2);

  CHECK(skip.drop_window);
  CHECK(skip.seek == 4000);
}

TEST_CASE("what is made up between silences is removed with all that follows", "[whisper]") {
  std::vector<Segment> segments{speech(30, 35), made_up(40, 40.5), speech(45, 50)};

  const auto skip = skip_silence(segments, kSecond, 2);

  CHECK(segments.size() == 1);
  CHECK(skip.seek == 4000);
  CHECK_FALSE(skip.drop_window);
}

TEST_CASE("a doubtful segment amid speech stays", "[whisper]") {
  std::vector<Segment> segments{speech(30, 35), made_up(35.2, 36), speech(36.5, 50)};

  (void)skip_silence(segments, kSecond, 2);

  CHECK(segments.size() == 3);
}

TEST_CASE("what is made up at the end of the recording ends it", "[whisper]") {
  std::vector<Segment> segments{speech(30, 35), made_up(58.5, 59)};
  auto place = kSecond;
  place.content_frames = 6000;

  CHECK(skip_silence(segments, place, 2).seek == 6000);
  CHECK(segments.size() == 1);
}

TEST_CASE("a window without segments leaves everything as it is", "[whisper]") {
  std::vector<Segment> segments;

  const auto skip = skip_silence(segments, kSecond, 2);

  CHECK_FALSE(skip.seek.has_value());
  CHECK_FALSE(skip.drop_window);
}

}  // namespace
