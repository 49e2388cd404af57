// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/attention_tiles.hpp"
#include "net/layer_tiles.hpp"
#include "net/torch_network.hpp"

#include <memory>
#include <optional>

namespace whisper {

/// How linear layers keep their weights, and with that which kernel multiplies them.
enum class Kernel {
  plain,           ///< as they are computed with
  bfloat16,        ///< in bfloat16, and so are the layers' inputs and outputs; or in int16
  half_weights,    ///< in float16, computed in float32
  int8_steps,      ///< in int8, for a few rows at a time
  int8_sequences,  ///< in int8, for many rows at a time
  int8_storage     ///< in int8, made the numbers that flow whenever they are used
};

[[nodiscard]] constexpr bool is_int8(Kernel kernel) {
  return kernel == Kernel::int8_steps || kernel == Kernel::int8_sequences;
}

/// What our own tiles multiply for it, where they can.
[[nodiscard]] inline std::optional<TileFormat> tile_format(Kernel kernel) {
  if (is_int8(kernel)) return TileFormat::int8;
  if (kernel != Kernel::bfloat16) return std::nullopt;
  return layer_tiles(TileFormat::bfloat16) != nullptr ? TileFormat::bfloat16 : TileFormat::int16;
}

/// The numbers of one half of a network.
struct Arithmetic {
  at::ScalarType flow = at::kFloat;  ///< between the layers, and of what is not a linear layer
  Kernel kernel = Kernel::plain;
  /// Of the feed-forwards in the second half of the blocks, if another: what is rounded there is
  /// not made worse by many blocks.
  std::optional<Kernel> late = {};
  /// Over the audio, in kernels of our own.
  std::optional<AttentionFormat> attention = {};
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

/// A network there.
[[nodiscard]] std::unique_ptr<Network> place_network(const ModelFile& file,
                                                     const Placement& placement);

/// @throws clams::Error unavailable if there is no such GPU, or the type does not run there.
[[nodiscard]] Placement placement_of(const NetworkOptions& options);

}  // namespace whisper
