// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"
#include "audio/speech_filter.hpp"
#include "audio/voice_activity.hpp"
#include "decode/transcriber.hpp"
#include "decode/transcription.hpp"

#include <cstdint>
#include <vector>

namespace whisper {

/// One recording of which only the speech is transcribed: finds it, reads it, and leads the times
/// of what was said back to the recording.
///
/// Ownership: borrows the opener; owns the rest.
/// Threads: confined.
/// Errors: the constructor reads the recording, and throws what its reader throws.
class SpeechOnly {
 public:
  SpeechOnly(const AudioOpener& open, const VoiceDetector& detector, const VoiceOptions& options);

  [[nodiscard]] bool is_silent() const noexcept { return spans_.empty(); }
  /// Of the recording, in seconds.
  [[nodiscard]] double duration() const noexcept;

  /// Opens the speech, put end to end.
  [[nodiscard]] AudioOpener opener() const;

  /// Tells of segments by their times in the recording. Borrows `events`.
  [[nodiscard]] TranscribeEvents restoring(const TranscribeEvents& events) const;
  void restore(Transcription& transcription) const;

 private:
  [[nodiscard]] Segment restored(Segment segment) const;

  const AudioOpener& open_;
  std::int64_t samples_ = 0;
  std::vector<SpeechSpan> spans_;
  SpeechTimeline timeline_;
};

}  // namespace whisper
