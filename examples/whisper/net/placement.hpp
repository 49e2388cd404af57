// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/torch_network.hpp"

namespace whisper {

/// Where a network computes, and in which numbers.
///
/// Ownership: a value.
/// Threads: immutable.
/// Errors: `placement_of` as stated.
struct Placement {
  c10::Device device{c10::kCPU};
  ComputeType type = ComputeType::float32;

  /// Of what flows between the layers, and of all weights but those of quantised layers.
  [[nodiscard]] at::ScalarType numbers() const noexcept {
    switch (type) {
      case ComputeType::float16: return at::kHalf;
      case ComputeType::bfloat16: return at::kBFloat16;
      default: return at::kFloat;
    }
  }
  [[nodiscard]] at::TensorOptions options() const {
    return at::TensorOptions{}.dtype(numbers()).device(device);
  }
};

/// @throws clams::Error unavailable if there is no such GPU, or the type does not run there.
[[nodiscard]] Placement placement_of(const NetworkOptions& options);

}  // namespace whisper
