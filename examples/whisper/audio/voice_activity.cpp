// SPDX-License-Identifier: Apache-2.0
#include "audio/voice_activity.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace whisper {

namespace {

constexpr std::int64_t kSamplesPerMs = kSampleRate / 1000;
constexpr float kHysteresis = 0.15F;  // speech ends this far below where it begins
constexpr float kLowestEnd = 0.01F;

/// Keeps some sound around each span; neighbours share what is between them.
void pad(std::vector<SpeechSpan>& spans, std::int64_t samples, std::int64_t padding) {
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (i == 0) spans[i].begin = std::max<std::int64_t>(0, spans[i].begin - padding);
    if (i + 1 == spans.size()) {
      spans[i].end = std::min(samples, spans[i].end + padding);
      continue;
    }
    const auto silence = spans[i + 1].begin - spans[i].end;
    const auto share = silence < 2 * padding ? silence / 2 : padding;
    spans[i].end += share;
    spans[i + 1].begin -= share;
  }
}

}  // namespace

std::vector<SpeechSpan> speech_spans(const std::vector<float>& probabilities, std::int64_t samples,
                                     const VoiceOptions& options) {
  const float end_threshold = std::max(options.threshold - kHysteresis, kLowestEnd);
  const auto shortest = options.min_speech_ms * kSamplesPerMs;
  const auto pause = options.min_silence_ms * kSamplesPerMs;
  std::vector<SpeechSpan> spans;
  std::optional<std::int64_t> begin;
  std::optional<std::int64_t> quiet_since;
  const auto close = [&](std::int64_t end) {
    if (end - *begin > shortest) spans.push_back({*begin, end});
    begin.reset();
    quiet_since.reset();
  };
  std::int64_t place = 0;
  for (const float probability : probabilities) {
    if (probability >= options.threshold) {
      quiet_since.reset();
      if (!begin) begin = place;
    } else if (begin && probability < end_threshold) {
      if (!quiet_since) quiet_since = place;
      if (place - *quiet_since >= pause) close(*quiet_since);
    }
    place += VoiceDetector::kChunk;
  }
  if (begin) close(samples);
  pad(spans, samples, options.padding_ms * kSamplesPerMs);
  return spans;
}

}  // namespace whisper
