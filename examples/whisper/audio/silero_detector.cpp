// SPDX-License-Identifier: Apache-2.0
#include "audio/chunk_reading.hpp"
#include "audio/silero_network.hpp"
#include "audio/silero_weights.hpp"
#include "audio/voice_activity.hpp"

#include <utility>

namespace whisper {

namespace {

/// Ownership: owns the weights.
/// Threads: thread-safe.
/// Errors: whatever the reader throws.
class SileroDetector final : public VoiceDetector {
 public:
  explicit SileroDetector(SileroWeights weights) : weights_(std::move(weights)) {}

  [[nodiscard]] std::vector<float> probabilities(AudioReader& audio) const override {
    SileroNetwork network{weights_};
    std::vector<float> found;
    for_each_chunks(audio, [&](std::span<const float> chunks) { network.run(chunks, found); });
    return found;
  }

 private:
  SileroWeights weights_;
};

}  // namespace

std::unique_ptr<VoiceDetector> make_silero_detector(const std::filesystem::path& weights) {
  return std::make_unique<SileroDetector>(read_silero_weights(weights));
}

}  // namespace whisper
