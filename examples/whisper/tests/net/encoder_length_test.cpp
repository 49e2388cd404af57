// SPDX-License-Identifier: Apache-2.0
#include "decode/encoder_length.hpp"

#include "net/support/goldens.hpp"
#include "net/support/plain_network.hpp"
#include "net/support/toy_model.hpp"
#include "net/support/transcripts.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <cctype>
#include <cmath>

namespace {

using namespace whisper;
using namespace whisper::testing;

constexpr int kShort = 12;  // of the toy's 20 frames

MelWindow short_window(unsigned seed) { return first_frames(toy_window(seed), kShort); }

Transcription transcribe(const std::string& file, EncoderLength length, ComputeType type,
                         TranscribeOptions options = {}) {
  options.language = "en";
  options.encoder_length = length;
  return transcribe_recording("tiny.en", file, options, Padding::openai, type);
}

/// Without punctuation, which depends on what follows the recording.
std::string only_words(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::ispunct(c) != 0; });
  return text;
}

std::vector<Word> words_of(const Transcription& transcription) {
  std::vector<Word> words;
  for (const auto& segment : transcription.segments) {
    words.insert(words.end(), segment.words.begin(), segment.words.end());
  }
  return words;
}

}  // namespace

TEST_CASE("a part of a window is encoded, and read, as plain loops do", "[whisper]") {
  const auto network = make_torch_network(toy_model(), {});
  const auto features = network->encode(std::vector{short_window(1), short_window(2)});
  const auto run = network->start(features);

  const auto scores = run->begin(std::vector{3, 9}, std::vector<std::size_t>{0});

  CHECK(features->positions() == kShort / 2);
  for (const unsigned window : {1U, 2U}) {
    const std::vector prompt{window == 1 ? 3 : 9};
    const auto plain = plain_decode(plain_encode(short_window(window)), prompt);
    CHECK(distance(scores.row(window - 1), plain.scores.row(0)) < 1e-5F);
  }
}

TEST_CASE("windows of different lengths are neither encoded nor gathered together", "[whisper]") {
  const auto network = make_torch_network(toy_model(), {});
  const auto whole = network->encode(std::vector{toy_window(1)});
  const auto part = network->encode(std::vector{short_window(1)});

  CHECK_THROWS_AS(network->gather(std::vector<FeatureWindow>{{whole, 0}, {part, 0}}), clams::Error);
  CHECK_THROWS_AS(network->encode(std::vector{toy_window(1), short_window(1)}), clams::Error);
  CHECK_THROWS_AS(network->encode(std::vector{first_frames(toy_window(1), 11)}), clams::Error);
  CHECK_THROWS_AS(network->encode(std::vector{first_frames(toy_window(1), 0)}), clams::Error);
}

TEST_CASE("words of a clear recording begin at the same times in an encoder cut short",
          "[whisper]") {
  if (!can_transcribe_with("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");
  const auto type = GENERATE(ComputeType::float32, best_compute_type(std::nullopt));
  const TranscribeOptions options{.word_timestamps = true};

  const auto whole = transcribe("jfk.wav", EncoderLength::window, type, options);
  const auto part = transcribe("jfk.wav", EncoderLength::audio, type, options);

  CHECK(only_words(part.text) == only_words(whole.text));
  const auto expected = words_of(whole);
  const auto words = words_of(part);
  REQUIRE(words.size() == expected.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    INFO(words[i].word << " from " << words[i].start << " to " << words[i].end << ", in the whole "
                       << expected[i].start << " to " << expected[i].end);
    CHECK(std::abs(words[i].start - expected[i].start) <= 0.1001);
    CHECK(std::abs(words[i].end - expected[i].end) <= 0.5001);  // a pause may count as the word's
  }
}

TEST_CASE("clips side by side are read in an encoder cut short", "[whisper]") {
  if (!can_transcribe_with("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");
  const auto type = best_compute_type(std::nullopt);
  const TranscribeOptions clips{.clip_timestamps = {0, 5, 5, 11}, .batch_size = 2};

  const auto whole = transcribe("jfk.wav", EncoderLength::window, type, clips);
  const auto part = transcribe("jfk.wav", EncoderLength::audio, type, clips);

  CHECK(only_words(part.text) == only_words(whole.text));
}

TEST_CASE("a full window is the same to the bit, however much is to be encoded", "[whisper]") {
  if (!can_transcribe_with("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");
  const auto type = best_compute_type(std::nullopt);
  const TranscribeOptions first{.clip_timestamps = {0, 30}};

  const auto whole = transcribe("sonnets.wav", EncoderLength::window, type, first);
  const auto part = transcribe("sonnets.wav", EncoderLength::audio, type, first);

  REQUIRE(part.segments.size() >= 2);
  for (std::size_t i = 0; i < part.segments.size() && part.segments[i].seek == 0; ++i) {
    CHECK(part.segments[i].tokens == whole.segments[i].tokens);
    CHECK(part.segments[i].avg_logprob == whole.segments[i].avg_logprob);
    CHECK(part.segments[i].no_speech_prob == whole.segments[i].no_speech_prob);
  }
}
