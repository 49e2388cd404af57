// SPDX-License-Identifier: Apache-2.0
#include "app/speech_only.hpp"

#include <utility>

namespace whisper {

namespace {

/// Counts the samples that go through it.
///
/// Ownership: owns the reader; borrows the count.
/// Threads: confined.
/// Errors: as the reader.
class CountingReader final : public AudioReader {
 public:
  CountingReader(std::unique_ptr<AudioReader> audio, std::int64_t& count)
      : audio_(std::move(audio)), count_(count) {}

  std::size_t read(std::span<float> samples) override {
    const std::size_t got = audio_->read(samples);
    count_ += static_cast<std::int64_t>(got);
    return got;
  }
  [[nodiscard]] std::optional<std::size_t> expected_samples() const override {
    return audio_->expected_samples();
  }

 private:
  std::unique_ptr<AudioReader> audio_;
  std::int64_t& count_;
};

std::vector<SpeechSpan> find_speech(const AudioOpener& open, const VoiceDetector& detector,
                                    const VoiceOptions& options, std::int64_t& samples) {
  CountingReader audio{open(), samples};
  const auto probabilities = detector.probabilities(audio);
  return speech_spans(probabilities, samples, options);
}

}  // namespace

SpeechOnly::SpeechOnly(const AudioOpener& open, const VoiceDetector& detector,
                       const VoiceOptions& options)
    : open_(open), spans_(find_speech(open, detector, options, samples_)), timeline_(spans_) {}

double SpeechOnly::duration() const noexcept { return static_cast<double>(samples_) / kSampleRate; }

AudioOpener SpeechOnly::opener() const {
  return [this] { return read_speech(open_(), spans_); };
}

Segment SpeechOnly::restored(Segment segment) const {
  segment.start = timeline_.begin_at(segment.start);
  segment.end = timeline_.end_at(segment.end);
  for (Word& word : segment.words) {
    word.start = timeline_.begin_at(word.start);
    word.end = timeline_.end_at(word.end);
  }
  return segment;
}

TranscribeEvents SpeechOnly::restoring(const TranscribeEvents& events) const {
  TranscribeEvents restoring = events;
  if (events.on_segment) {
    restoring.on_segment = [this, &events](const Segment& segment) {
      events.on_segment(restored(segment));
    };
  }
  return restoring;
}

void SpeechOnly::restore(Transcription& transcription) const {
  for (Segment& segment : transcription.segments) segment = restored(std::move(segment));
  transcription.duration = duration();
}

}  // namespace whisper
