// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/torch_network.hpp"

namespace whisper {

/// How linear layers keep their weights, and with that which kernel multiplies them.
enum class Kernel {
  plain,           ///< as they are computed with
  bfloat16,        ///< in bfloat16, and so are the layers' inputs and outputs
  half_weights,    ///< in float16, computed in float32
  int8_steps,      ///< in int8, for a few rows at a time
  int8_sequences,  ///< in int8, for many rows at a time
};

/// The numbers of one half of a network.
struct Arithmetic {
  at::ScalarType flow = at::kFloat;  ///< between the layers, and of what is not a linear layer
  Kernel kernel = Kernel::plain;
};

/// The numbers that linear layers without packed weights compute in.
[[nodiscard]] inline at::ScalarType product_type(const Arithmetic& arithmetic) {
  return arithmetic.kernel == Kernel::bfloat16 ? at::kBFloat16 : arithmetic.flow;
}

/// Where a network computes, and how: what a compute type means on this machine.
///
/// Ownership: a value.
/// Threads: immutable.
/// Errors: `placement_of` as stated.
struct Placement {
  c10::Device device{c10::kCPU};
  Arithmetic encoder = {};
  Arithmetic decoder = {};
};

/// How many GPUs libtorch can use.
[[nodiscard]] int gpu_count();

/// @throws clams::Error unavailable if there is no such GPU, or the type does not run there.
[[nodiscard]] Placement placement_of(const NetworkOptions& options);

}  // namespace whisper
