// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/matrix_product.hpp"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace whisper {

/// One layer: weights, and what is added to their product.
struct SileroLayer {
  PackedMatrix weights = {};
  std::vector<float> bias = {};  ///< up to whole panels

  [[nodiscard]] std::size_t outputs() const noexcept { return bias.size(); }
};

/// The weights of silero-vad's network for 16 kHz, as it calculates with them.
struct SileroWeights {
  SileroLayer spectrum = {};                   ///< real parts, then imaginary parts, of 129 bins
  std::vector<SileroLayer> convolutions = {};  ///< over three points in time each
  SileroLayer input = {};                      ///< of the recurrent cell, for all its gates
  SileroLayer memory = {};                     ///< the same for its last output; no bias
  std::vector<float> last = {};                ///< the output is a sum with these
  float last_bias = 0.0F;
};

/// Reads them from a file of silero's or faster-whisper's Python package: safetensors or ONNX.

/// @throws clams::Error not_found, io; invalid_input naming the file and what is wrong with it.
[[nodiscard]] SileroWeights read_silero_weights(const std::filesystem::path& path);

}  // namespace whisper
