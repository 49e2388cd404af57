// SPDX-License-Identifier: Apache-2.0
#include "decode/hallucination.hpp"

#include "audio/mel_spectrogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace whisper {

namespace {

constexpr std::string_view kPunctuation = "\"'“¿([{-\"'.。,，!！?？:：”)]}、";
constexpr std::size_t kWordsLookedAt = 8;
constexpr double kNearWindowEdge = 2;  // seconds

double seconds(int frames) { return static_cast<double>(frames) / kFramesPerSecond; }

int frames_of(double seconds) { return static_cast<int>(std::lrint(seconds * kFramesPerSecond)); }

bool is_spoken(const Word& word) { return kPunctuation.find(word.word) == std::string_view::npos; }

// A segment to be judged, and what is around it.
struct Suspect {
  const Segment& segment;
  const Segment* next;
  double last_end;  // of what was said before it
};

bool is_between_silences(const Suspect& suspect, const WindowPlace& place, double threshold) {
  const auto& segment = suspect.segment;
  const double offset = seconds(place.seek);
  const double window_end = seconds(place.seek + kWindowFrames);
  const double next_start =
      suspect.next != nullptr ? suspect.next->words.front().start : offset + seconds(place.frames);
  const bool before = segment.start - suspect.last_end > threshold || segment.start < threshold ||
                      segment.start - offset < kNearWindowEdge;
  const bool after = next_start - segment.end > threshold || is_segment_anomaly(suspect.next) ||
                     window_end - segment.end < kNearWindowEdge;
  return before && after;
}

// Where to go on if nothing was made up: close to the window's end nothing more fits before it.
std::optional<int> seek_after_words(std::span<const Segment> segments, const WindowPlace& place,
                                    double threshold) {
  if (place.single_timestamp_ending) return std::nullopt;
  const auto end = last_word_end(segments);
  if (!end || *end <= seconds(place.seek)) return std::nullopt;
  const double remaining = seconds(place.seek + kWindowFrames) - *end;
  return remaining > threshold ? frames_of(*end) : place.seek + place.frames;
}

}  // namespace

double word_anomaly_score(const Word& word) {
  constexpr double kShortest = 0.133;
  constexpr double kLongest = 2;
  const double duration = word.end - word.start;
  double score = 0;
  if (word.probability < 0.15F) score += 1;
  if (duration < kShortest) score += (kShortest - duration) * 15;
  if (duration > kLongest) score += duration - kLongest;
  return score;
}

bool is_segment_anomaly(const Segment* segment) {
  if (segment == nullptr || segment->words.empty()) return false;
  std::size_t words = 0;
  double score = 0;
  for (const auto& word : segment->words) {
    if (words == kWordsLookedAt) break;
    if (!is_spoken(word)) continue;
    ++words;
    score += word_anomaly_score(word);
  }
  return score >= 3 || score + 0.01 >= static_cast<double>(words);
}

const Segment* next_words_segment(std::span<const Segment> segments) {
  const auto found =
      std::ranges::find_if(segments, [](const Segment& segment) { return !segment.words.empty(); });
  return found == segments.end() ? nullptr : &*found;
}

std::optional<double> last_word_end(std::span<const Segment> segments) {
  if (segments.empty()) return std::nullopt;
  for (std::size_t i = segments.size(); i-- > 0;) {
    if (!segments[i].words.empty()) return segments[i].words.back().end;
  }
  return segments.back().end;
}

SilenceSkip skip_silence(std::vector<Segment>& segments, const WindowPlace& place,
                         double threshold) {
  SilenceSkip skip{.seek = seek_after_words(segments, place, threshold)};
  const auto* const first = next_words_segment(segments);
  if (is_segment_anomaly(first)) {
    const double gap = first->start - seconds(place.seek);
    if (gap > threshold) return {.seek = place.seek + frames_of(gap), .drop_window = true};
  }
  double last_end = place.last_speech;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto& segment = segments[i];
    if (segment.words.empty()) continue;
    const auto* const next = next_words_segment(std::span(segments).subspan(i + 1));
    if (is_segment_anomaly(&segment) &&
        is_between_silences({segment, next, last_end}, place, threshold)) {
      skip.seek = seconds(place.content_frames) - segment.end < threshold
                      ? place.content_frames
                      : frames_of(std::max(seconds(place.seek) + 1, segment.start));
      segments.resize(i);
      break;
    }
    last_end = segment.end;
  }
  return skip;
}

}  // namespace whisper
