// SPDX-License-Identifier: Apache-2.0
#include "audio/chunk_reading.hpp"
#include "audio/voice_activity.hpp"

#include <algorithm>
#include <cmath>

namespace whisper {

namespace {

constexpr float kQuietest = -55.0F;      // in dB below full scale: nobody hears a word there
constexpr float kMargin = 9.0F;          // of speech over the noise, in dB
constexpr float kSlope = 2.0F;           // how many dB change the odds e-fold
constexpr std::size_t kNoiseShare = 10;  // the quietest tenth of the chunks is noise

float level_of(std::span<const float> chunk) {
  float sum = 0.0F;
  for (const float sample : chunk) sum += sample * sample;
  const float power = std::max(sum / static_cast<float>(chunk.size()), 1e-10F);
  return 10.0F * std::log10(power);
}

/// Ownership: nothing.
/// Threads: thread-safe.
/// Errors: whatever the reader throws.
class EnergyDetector final : public VoiceDetector {
 public:
  [[nodiscard]] std::vector<float> probabilities(AudioReader& audio) const override {
    std::vector<float> levels;
    for_each_chunks(audio, [&](std::span<const float> chunks) {
      for (; !chunks.empty(); chunks = chunks.subspan(kChunk)) {
        levels.push_back(level_of(chunks.first(kChunk)));
      }
    });
    if (levels.empty()) return levels;
    auto sorted = levels;
    const auto noise = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / kNoiseShare);
    std::nth_element(sorted.begin(), noise, sorted.end());
    const float middle = std::max(*noise + kMargin, kQuietest);
    for (float& level : levels) level = 1.0F / (1.0F + std::exp((middle - level) / kSlope));
    return levels;
  }
};

}  // namespace

std::unique_ptr<VoiceDetector> make_energy_detector() { return std::make_unique<EnergyDetector>(); }

}  // namespace whisper
