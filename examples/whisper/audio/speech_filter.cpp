// SPDX-License-Identifier: Apache-2.0
#include "audio/speech_filter.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace whisper {

namespace {

std::int64_t length_of(const SpeechSpan& span) { return span.end - span.begin; }

std::int64_t length_of(const std::vector<SpeechSpan>& spans) {
  std::int64_t sum = 0;
  for (const auto& span : spans) sum += length_of(span);
  return sum;
}

/// Ownership: owns the reader.
/// Threads: confined.
/// Errors: whatever the reader throws.
class SpeechReader final : public AudioReader {
 public:
  SpeechReader(std::unique_ptr<AudioReader> audio, std::vector<SpeechSpan> spans)
      : audio_(std::move(audio)), spans_(std::move(spans)) {}

  std::size_t read(std::span<float> samples) override {
    std::size_t done = 0;
    while (done < samples.size() && current_ < spans_.size() && skip_to(spans_[current_].begin)) {
      const auto left = static_cast<std::size_t>(spans_[current_].end - place_);
      const auto got = audio_->read(samples.subspan(done, std::min(left, samples.size() - done)));
      place_ += static_cast<std::int64_t>(got);
      done += got;
      if (got == 0 || place_ == spans_[current_].end) ++current_;
    }
    return done;
  }

  [[nodiscard]] std::optional<std::size_t> expected_samples() const override {
    return static_cast<std::size_t>(length_of(spans_));
  }

 private:
  /// Passes over what is before `begin`; false if the recording ends there.
  bool skip_to(std::int64_t begin) {
    std::array<float, 4096> passed;
    while (place_ < begin) {
      const auto count = std::min<std::int64_t>(begin - place_, passed.size());
      const auto got = audio_->read(std::span{passed}.first(static_cast<std::size_t>(count)));
      if (got == 0) return false;
      place_ += static_cast<std::int64_t>(got);
    }
    return true;
  }

  std::unique_ptr<AudioReader> audio_;
  std::vector<SpeechSpan> spans_;
  std::size_t current_ = 0;
  std::int64_t place_ = 0;
};

/// The span in as few equal parts as are not too long.
std::vector<SpeechSpan> cut(const SpeechSpan& span, std::int64_t longest) {
  const auto length = length_of(span);
  const auto parts = std::max<std::int64_t>(1, (length + longest - 1) / longest);
  std::vector<SpeechSpan> made;
  for (std::int64_t i = 0; i < parts; ++i) {
    made.push_back({span.begin + length * i / parts, span.begin + length * (i + 1) / parts});
  }
  return made;
}

}  // namespace

SpeechTimeline::SpeechTimeline(const std::vector<SpeechSpan>& spans) {
  std::int64_t kept = 0;
  for (const auto& span : spans) {
    pieces_.push_back({kept, span});
    kept += length_of(span);
  }
}

std::int64_t SpeechTimeline::samples() const noexcept {
  return pieces_.empty() ? 0 : pieces_.back().kept + length_of(pieces_.back().source);
}

double SpeechTimeline::begin_at(double seconds) const {
  const double sample = seconds * kSampleRate;
  auto piece = std::upper_bound(
      pieces_.begin(), pieces_.end(), sample,
      [](double place, const Piece& next) { return place < static_cast<double>(next.kept); });
  if (piece == pieces_.begin()) return seconds;
  --piece;
  return seconds + static_cast<double>(piece->source.begin - piece->kept) / kSampleRate;
}

double SpeechTimeline::end_at(double seconds) const {
  const double sample = seconds * kSampleRate;
  auto piece = std::lower_bound(
      pieces_.begin(), pieces_.end(), sample,
      [](const Piece& next, double place) { return static_cast<double>(next.kept) < place; });
  if (piece == pieces_.begin()) return begin_at(seconds);
  --piece;
  return seconds + static_cast<double>(piece->source.begin - piece->kept) / kSampleRate;
}

std::unique_ptr<AudioReader> read_speech(std::unique_ptr<AudioReader> audio,
                                         std::vector<SpeechSpan> spans) {
  return std::make_unique<SpeechReader>(std::move(audio), std::move(spans));
}

std::vector<std::vector<SpeechSpan>> speech_chunks(const std::vector<SpeechSpan>& spans,
                                                   std::int64_t longest) {
  std::vector<std::vector<SpeechSpan>> chunks;
  std::int64_t filled = 0;
  for (const auto& span : spans) {
    for (const auto& part : cut(span, longest)) {
      if (chunks.empty() || filled + length_of(part) > longest) {
        chunks.emplace_back();
        filled = 0;
      }
      chunks.back().push_back(part);
      filled += length_of(part);
    }
  }
  return chunks;
}

}  // namespace whisper
