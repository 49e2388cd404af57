// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/speech_to_text.hpp"
#include "decode/network.hpp"
#include "decode/window_batcher.hpp"
#include "model/model_file.hpp"
#include "net/torch_network.hpp"
#include "text/tokenizer.hpp"

#include <memory>

namespace whisper {

/// A loaded Whisper model with all that it takes to transcribe: what the app shares between
/// requests.
///
/// Requests with a batch size above one have their windows decoded together with those of others.
///
/// Ownership: owns network and tokenizer; shares the voice detector.
/// Threads: thread-safe: any number of recordings are transcribed side by side on the one copy.
/// Errors: as those of its parts.
class Recognizer final : public SpeechToText {
 public:
  /// @param voice for RecognizeOptions::voice_filter; null: there is no filter.
  Recognizer(const ModelFile& file, const NetworkOptions& options,
             std::shared_ptr<const VoiceDetector> voice);

  [[nodiscard]] Transcription recognize(const AudioSource& source, const RecognizeOptions& options,
                                        const TranscribeEvents& events = {}) const override;

  [[nodiscard]] const Network& network() const noexcept { return *network_; }
  [[nodiscard]] const Tokenizer& tokenizer() const noexcept { return tokenizer_; }

 private:
  [[nodiscard]] Transcription transcribe(const AudioOpener& open, const RecognizeOptions& options,
                                         const TranscribeEvents& events) const;
  [[nodiscard]] Transcription transcribe_speech(const AudioOpener& open,
                                                const RecognizeOptions& options,
                                                const TranscribeEvents& events) const;

  Tokenizer tokenizer_;
  std::unique_ptr<Network> network_;
  std::shared_ptr<const VoiceDetector> voice_;
  Transcriber transcriber_;
  mutable WindowBatcher batcher_;  // thread-safe
};

}  // namespace whisper
