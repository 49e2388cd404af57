// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace whisper {

/// A stretch of speech, in samples: from `begin` to before `end`.
struct SpeechSpan {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool operator==(const SpeechSpan&) const = default;
};

/// How probabilities become spans; the defaults are those that silero-vad's users know.
struct VoiceOptions {
  float threshold = 0.5F;
  int min_speech_ms = 250;
  int min_silence_ms = 100;
  int padding_ms = 30;  ///< kept before and after each span
};

/// Tells speech from everything else.
///
/// Ownership: owns its weights.
/// Threads: thread-safe: each call has its own state.
/// Errors: whatever the reader throws.
class VoiceDetector {
 public:
  static constexpr int kChunk = 512;  ///< samples a probability stands for: 32 ms

  VoiceDetector() = default;
  VoiceDetector(const VoiceDetector&) = delete;
  VoiceDetector& operator=(const VoiceDetector&) = delete;
  VoiceDetector(VoiceDetector&&) = delete;
  VoiceDetector& operator=(VoiceDetector&&) = delete;
  virtual ~VoiceDetector() = default;

  /// The probability of speech in each chunk; the last chunk is filled up with silence.
  [[nodiscard]] virtual std::vector<float> probabilities(AudioReader& audio) const = 0;
};

/// silero-vad's network for 16 kHz, from a file of its Python package or of faster-whisper's: ONNX,
/// or safetensors. (In silero-vad 6.2 the safetensors file is of an earlier training.)
/// @throws clams::Error not_found, invalid_input naming the file.
[[nodiscard]] std::unique_ptr<VoiceDetector> make_silero_detector(
    const std::filesystem::path& weights);

/// Judges by loudness over the recording's own noise floor, where there are no weights.
[[nodiscard]] std::unique_ptr<VoiceDetector> make_energy_detector();

/// The spans of speech, in order, that the probabilities tell.
[[nodiscard]] std::vector<SpeechSpan> speech_spans(const std::vector<float>& probabilities,
                                                   std::int64_t samples,
                                                   const VoiceOptions& options);

}  // namespace whisper
