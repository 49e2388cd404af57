// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"
#include "audio/mel_spectrogram.hpp"
#include "audio/voice_activity.hpp"
#include "decode/transcriber.hpp"
#include "decode/transcription.hpp"

namespace whisper {

/// How a recording becomes text.
struct RecognizeOptions {
  TranscribeOptions transcribe = {};
  Padding padding = Padding::openai;
  bool voice_filter = false;  ///< leaves out what is no speech
  VoiceOptions voice = {};
};

/// A loaded model, as the app uses it; tests put a toy in its place.
///
/// Ownership: owns the model.
/// Threads: thread-safe: any number of recordings are transcribed side by side on the one copy.
/// Errors: `recognize` throws clams::Error for what is wrong with the recording or the options, and
///   whatever `events.check_stop` throws.
class SpeechToText {
 public:
  SpeechToText() = default;
  SpeechToText(const SpeechToText&) = delete;
  SpeechToText& operator=(const SpeechToText&) = delete;
  SpeechToText(SpeechToText&&) = delete;
  SpeechToText& operator=(SpeechToText&&) = delete;
  virtual ~SpeechToText() = default;

  /// Transcribes one recording.
  [[nodiscard]] virtual Transcription recognize(const AudioSource& source,
                                                const RecognizeOptions& options,
                                                const TranscribeEvents& events) const = 0;
};

}  // namespace whisper
