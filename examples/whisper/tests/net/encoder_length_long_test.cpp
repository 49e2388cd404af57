// SPDX-License-Identifier: Apache-2.0
// What the encoder on the audio only costs: minutes. CMake's WHISPER_LONG_TESTS lets it run.
#include "net/support/transcripts.hpp"
#include "net/support/word_errors.hpp"
#include "support/catch.hpp"

namespace {

using namespace whisper;
using namespace whisper::testing;

/// Where the reader of the sonnets pauses: stretches of 6 to 8 seconds, and of 11 to 17.
const std::vector<double> kShortStretches{5.7,   11.9,  18.8,  25.6,  30.9,  36.8,  44.0, 50.3,
                                          55.6,  62.7,  69.8,  75.8,  83.2,  89.0,  95.3, 102.5,
                                          108.3, 115.9, 122.7, 129.0, 135.0, 142.1, 149.7};
const std::vector<double> kLongStretches{11.9, 22.8, 34.2,  48.4,  59.3,  69.8,
                                         83.2, 95.3, 106.4, 122.7, 135.0, 146.9};

struct Cost {
  WordErrors window = {};
  WordErrors audio = {};
};

Cost cost(const std::vector<std::string>& files, int beams, const std::vector<double>& cuts = {}) {
  TranscribeOptions options;
  options.beam_size = beams;
  if (!cuts.empty()) options.clip_timestamps.push_back(0);
  for (const double cut : cuts) {
    options.clip_timestamps.insert(options.clip_timestamps.end(), {cut, cut});
  }
  const auto type = best_compute_type(std::nullopt);
  Cost found{.window = word_errors(files, type, options)};
  options.encoder_length = EncoderLength::audio;
  found.audio = word_errors(files, type, options);
  return found;
}

void check_points(const Cost& found, double most) {
  INFO(found.window.errors << " errors with the whole window, " << found.audio.errors
                           << " with the audio, of " << found.window.words << " words");
  CHECK(found.audio.percent() <= found.window.percent() + most);
}

}  // namespace

TEST_CASE("an encoder cut short costs the recordings few words", "[whisper][.long]") {
  if (!can_transcribe_with("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");
  const auto beams = GENERATE(1, 5);

  INFO(beams << " beams");
  check_points(cost(english_recordings(), beams), 2);
}

TEST_CASE("an encoder cut short costs clips few words", "[whisper][.long]") {
  if (!can_transcribe_with("tiny.en")) CLAMS_SKIP("no tiny.en model or goldens");
  const auto beams = GENERATE(1, 5);

  INFO(beams << " beams");
  check_points(cost({"sonnets.wav"}, beams, kShortStretches), 2);
  check_points(cost({"sonnets.wav"}, beams, kLongStretches), 2);
}
