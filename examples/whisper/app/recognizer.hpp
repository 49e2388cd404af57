// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"
#include "audio/voice_activity.hpp"
#include "decode/network.hpp"
#include "decode/transcriber.hpp"
#include "model/model_file.hpp"
#include "net/torch_network.hpp"
#include "text/tokenizer.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace whisper {

/// How a recording becomes text.
struct RecognizeOptions {
  TranscribeOptions transcribe = {};
  Padding padding = Padding::silence;
  bool voice_filter = false;  ///< leaves out what is no speech
  VoiceOptions voice = {};
};

/// A loaded model with all that it takes to transcribe: what the app shares between requests.
///
/// Ownership: owns network and tokenizer.
/// Threads: thread-safe: any number of recordings are transcribed side by side on the one copy.
/// Errors: as those of its parts.
class Recognizer {
 public:
  Recognizer(const ModelFile& file, const NetworkOptions& options,
             std::shared_ptr<const VoiceDetector> voice);

  /// Transcribes one media file.
  [[nodiscard]] Transcription recognize(const AudioSource& source, const RecognizeOptions& options,
                                        const TranscribeEvents& events = {}) const;

  [[nodiscard]] const Network& network() const noexcept { return *network_; }
  [[nodiscard]] const Tokenizer& tokenizer() const noexcept { return tokenizer_; }

 private:
  Tokenizer tokenizer_;
  std::unique_ptr<Network> network_;
  std::shared_ptr<const VoiceDetector> voice_;
  Transcriber transcriber_;
};

}  // namespace whisper
