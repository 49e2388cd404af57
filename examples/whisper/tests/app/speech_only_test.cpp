// SPDX-License-Identifier: Apache-2.0
#include "app/speech_only.hpp"

#include "support/catch.hpp"

#include <vector>

using whisper::kSampleRate;
using whisper::SpeechOnly;

namespace {

/// Takes what is loud for speech.
class LoudnessDetector final : public whisper::VoiceDetector {
 public:
  [[nodiscard]] std::vector<float> probabilities(whisper::AudioReader& audio) const override {
    std::vector<float> result;
    std::vector<float> chunk(kChunk);
    while (audio.read(chunk) > 0) result.push_back(chunk.front() > 0.5F ? 1.0F : 0.0F);
    return result;
  }
};

constexpr std::size_t kChunk = whisper::VoiceDetector::kChunk;

/// `quiet` chunks of silence, then `loud` ones, and so on.
std::vector<float> recording(const std::vector<std::size_t>& chunks) {
  std::vector<float> samples;
  float level = 0;
  for (const std::size_t count : chunks) {
    samples.insert(samples.end(), count * kChunk, level);
    level = level > 0 ? 0.0F : 1.0F;
  }
  return samples;
}

whisper::VoiceOptions exact() {
  return {.threshold = 0.5F, .min_speech_ms = 0, .min_silence_ms = 0, .padding_ms = 0};
}

}  // namespace

TEST_CASE("only speech is passed on, and its times lead back to the recording", "[whisper]") {
  const auto samples = recording({100, 50, 200, 25, 10});
  const whisper::AudioOpener open = [&] { return whisper::read_samples(samples); };

  const SpeechOnly speech{open, LoudnessDetector{}, exact()};

  const double chunk = static_cast<double>(kChunk) / kSampleRate;
  CHECK_FALSE(speech.is_silent());
  CHECK(speech.duration() == Approx(385 * chunk));
  std::vector<float> kept(samples.size());
  std::size_t count = 0;
  const auto audio = speech.opener()();
  while (const auto got = audio->read(std::span{kept}.subspan(count))) count += got;
  CHECK(count == 75 * kChunk);
  whisper::Transcription transcription;
  transcription.segments = {{.start = 0, .end = 50 * chunk, .words = {{" a", 0, 50 * chunk, 1}}},
                            {.start = 50 * chunk, .end = 75 * chunk}};
  speech.restore(transcription);
  CHECK(transcription.duration == Approx(385 * chunk));
  CHECK(transcription.segments[0].start == Approx(100 * chunk));
  CHECK(transcription.segments[0].end == Approx(150 * chunk));
  CHECK(transcription.segments[0].words[0].start == Approx(100 * chunk));
  CHECK(transcription.segments[1].start == Approx(350 * chunk));
  CHECK(transcription.segments[1].end == Approx(375 * chunk));
}

TEST_CASE("segments are told by their times in the recording as they are found", "[whisper]") {
  const auto samples = recording({100, 50});
  const whisper::AudioOpener open = [&] { return whisper::read_samples(samples); };
  const SpeechOnly speech{open, LoudnessDetector{}, exact()};
  double start = -1;
  const whisper::TranscribeEvents events{
      .on_segment = [&](const whisper::Segment& segment) { start = segment.start; }};

  speech.restoring(events).on_segment({.start = 0.0});

  CHECK(start == Approx(3.2));
  CHECK_FALSE(speech.restoring({}).on_segment);
}

TEST_CASE("a recording without speech has none", "[whisper]") {
  const auto samples = recording({100});
  const whisper::AudioOpener open = [&] { return whisper::read_samples(samples); };

  CHECK(SpeechOnly{open, LoudnessDetector{}, exact()}.is_silent());
}
