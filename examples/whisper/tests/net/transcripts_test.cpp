// SPDX-License-Identifier: Apache-2.0
#include "net/support/transcripts.hpp"

#include "support/catch.hpp"
#include <clams/util/error.hpp>

namespace {

using namespace whisper;
using namespace whisper::testing;

/// Different from openai-whisper's transcript, with its options and its padding.
std::string openai_difference(const std::string& model, const std::string& file, bool with_words) {
  TranscribeOptions options = golden_options(model);
  options.word_timestamps = with_words;
  const auto runs = golden_transcript("openai", model, file)["runs"];
  return difference(transcribe_recording(model, file, options),
                    runs[with_words ? "words1_cond1" : "words0_cond1"]);
}

}  // namespace

TEST_CASE("tiny.en transcribes as openai-whisper does, token for token", "[whisper]") {
  if (!can_transcribe_with("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");

  for (const char* file : {"librivox_0880.wav", "ten_ms.wav", "noise30.wav", "zero_samples.wav",
                           "ae_en_counting.wav", "truncated.wav"}) {
    CHECK(openai_difference("tiny.en", file, false).empty());
  }
  for (const char* file : {"jfk.wav", "espeak_en.wav"}) {
    CHECK(openai_difference("tiny.en", file, true).empty());
  }
}

TEST_CASE("base transcribes as openai-whisper does, in the language that it hears", "[whisper]") {
  if (!can_transcribe_with("base")) CLAMS_SKIP("no base model or goldens");

  CHECK(openai_difference("base", "ae_fr_pangrama.wav", true).empty());
  CHECK(openai_difference("base", "ae_ja_pangrama.wav", false).empty());
  CHECK(openai_difference("base", "ae_es_pangrama.wav", false).empty());
}

TEST_CASE("a language is as probable as openai-whisper finds it", "[whisper]") {
  if (!can_transcribe_with("base")) CLAMS_SKIP("no base model or goldens");

  const auto result = transcribe_recording("base", "jfk.wav", golden_options("base"));

  CHECK(result.language == "en");
  CHECK(result.language_probability == Approx(0.95902).margin(1e-3));
}

TEST_CASE("five beams find what faster-whisper finds", "[whisper]") {
  if (!can_transcribe_with("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");
  TranscribeOptions options = golden_options("tiny.en");
  options.beam_size = 5;

  for (const char* file : {"jfk.flac", "librivox_0880.wav"}) {
    CHECK(transcribe_recording("tiny.en", file, options).text ==
          golden_transcript("faster-whisper", "tiny.en", file)["text"].get<std::string>());
  }
}

TEST_CASE("silence has no text, and neither 10 ms nor noise have loops", "[whisper]") {
  if (!can_transcribe_with("base")) CLAMS_SKIP("no base model or goldens");

  for (const Padding padding : {Padding::openai, Padding::silence}) {
    CHECK(transcribe_recording("base", "silence30.wav", {}, padding).text.empty());
    CHECK(transcribe_recording("base", "ten_ms.wav", {}, padding).text.empty());
  }
  CHECK(transcribe_recording("base", "noise30.wav", {.language = "en"}).text.size() < 100);
}
