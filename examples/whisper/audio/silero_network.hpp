// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/silero_shape.hpp"
#include "audio/silero_weights.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace whisper {

/// One run of silero-vad's network over a recording. All but the recurrent cell is calculated for
/// many chunks at once, which is what makes it quick.
///
/// Ownership: borrows the weights, which must outlive it.
/// Threads: confined.
/// Errors: none.
class SileroNetwork {
 public:
  explicit SileroNetwork(const SileroWeights& weights) : weights_(weights) {}

  /// Appends the probability of speech in each chunk of `sound`, which goes on from the last
  /// call's.
  /// @pre `sound` is whole chunks of 512 samples
  void run(std::span<const float> sound, std::vector<float>& probabilities);

 private:
  /// Vectors of one length for points in time of several chunks, with a zero one before and after
  /// each chunk's.
  struct Activations {
    std::size_t chunks = 0;
    std::size_t points = 0;
    std::size_t width = 0;
    std::vector<float> values = {};

    [[nodiscard]] float* at(std::size_t chunk, std::size_t point) {
      return values.data() + (chunk * (points + 2) + point) * width;
    }
  };

  [[nodiscard]] static Activations make(std::size_t chunks, std::size_t points, std::size_t width);
  [[nodiscard]] Activations spectra(std::span<const float> sound);
  [[nodiscard]] static Activations convolve(Activations& from, const SileroLayer& layer,
                                            std::size_t stride);
  /// One step of the recurrent cell, from what its input gives to its gates.
  [[nodiscard]] float remember(float* gates);

  const SileroWeights& weights_;
  std::array<float, kSileroContext> context_{};  // the last samples of the chunk before
  std::array<float, kSileroWidth> output_{};     // of the recurrent cell
  std::array<float, kSileroWidth> cell_{};
};

}  // namespace whisper
