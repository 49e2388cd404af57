// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/layer_norm.hpp"
#include "net/linear.hpp"

namespace whisper {

/// The second half of a transformer's block: a layer four times as wide, and back.
///
/// Ownership: owns its weights.
/// Threads: immutable.
/// Errors: what libtorch throws.
struct FeedForward {
  LayerNorm norm = {};
  Linear up = {};
  Linear down = {};

  /// x += down(gelu(up(norm(x)))).
  void add_to(at::Tensor& x) const;

  /// Whether our own kernel computes it.
  [[nodiscard]] bool is_tiled() const noexcept {
    return up.tiled() != nullptr && down.tiled() != nullptr;
  }
  /// The same with our own kernel, for `rows` up to TiledLayer::kPanel, by this thread: what is
  /// between the two layers never leaves the processor's cache.
  void add_to_panel(float* x, std::int64_t rows) const;
};

}  // namespace whisper
