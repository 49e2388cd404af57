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

  /// x += down(gelu(up(norm(x)))). With our own kernel, what is between the two layers never leaves
  /// the processor's cache.
  void add_to(at::Tensor& x) const;
};

}  // namespace whisper
