// SPDX-License-Identifier: Apache-2.0
// All goldens: minutes to an hour. CMake's WHISPER_LONG_TESTS lets them run.
#include "net/support/transcripts.hpp"
#include "net/support/word_errors.hpp"
#include "support/catch.hpp"

#include <set>

namespace {

using namespace whisper;
using namespace whisper::testing;

/// Files that are no sound, and silence, for which openai-whisper makes up a word.
bool is_exempt(const std::string& file) {
  static const std::set<std::string> exempt{"not_audio.wav", "video_no_audio.mp4", "silence30.wav"};
  return exempt.contains(file);
}

void check_all_of(const std::string& model) {
  if (!can_transcribe_with(model)) CLAMS_SKIP("no " + model + " model or goldens");
  for (const std::string& file : golden_files("openai", model)) {
    if (is_exempt(file)) continue;
    const auto golden = golden_transcript("openai", model, file);
    for (const auto& [name, run] : golden["runs"].items()) {
      TranscribeOptions options = golden_options(model);
      options.word_timestamps = name.find("words1") != std::string::npos;
      options.condition_on_previous_text = name.find("cond1") != std::string::npos;
      INFO(model << ' ' << file << ' ' << name);
      CHECK(difference(transcribe_recording(model, file, options), run).empty());
    }
  }
}

}  // namespace

TEST_CASE("tiny.en transcribes every recording as openai-whisper does", "[whisper][.long]") {
  check_all_of("tiny.en");
}

TEST_CASE("base transcribes every recording as openai-whisper does", "[whisper][.long]") {
  check_all_of("base");
}

TEST_CASE("five beams of tiny.en find what faster-whisper finds in every recording",
          "[whisper][.long]") {
  if (!can_transcribe_with("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");
  // Of 10 ms and of noise faster-whisper makes loops. Of two voices at once openai-whisper, and so
  // we, may find another text: the beams differ by less than 0.01, which is how processors' sums
  // differ.
  const std::set<std::string> listed{"ten_ms.wav", "noise30.wav", "stereo_diarization.wav"};
  TranscribeOptions options = golden_options("tiny.en");
  options.beam_size = 5;
  for (const std::string& file : golden_files("faster-whisper", "tiny.en")) {
    if (is_exempt(file) || listed.contains(file)) continue;
    INFO(file);
    CHECK(transcribe_recording("tiny.en", file, options).text ==
          golden_transcript("faster-whisper", "tiny.en", file)["text"].get<std::string>());
  }
}

TEST_CASE("neither what `auto` computes in nor bfloat16 costs words of the English corpus",
          "[whisper][.long]") {
  if (!can_transcribe_with("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");
  const auto beams = GENERATE(1, 5);
  const auto type = GENERATE(best_compute_type(std::nullopt), ComputeType::bfloat16);

  const auto exact = word_errors(english_recordings(), ComputeType::float32, {.beam_size = beams});
  const auto fast = word_errors(english_recordings(), type, {.beam_size = beams});

  INFO(compute_type_name(type) << ", " << beams << " beams: " << fast.errors
                               << " errors, in float32 " << exact.errors << ", of " << exact.words
                               << " words");
  CHECK(fast.percent() <= exact.percent() + 0.1);
}
