// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/layer_norm.hpp"
#include "net/step_layer.hpp"
#include "net/token_embedding.hpp"
#include "net/weights.hpp"

#include <string>
#include <vector>

namespace whisper {

/// The text decoder's weights for the kernels of a step, which libtorch has no part in: a step of a
/// small model is over before libtorch has found and woken what it needs.
///
/// Ownership: owns its weights.
/// Threads: immutable.
/// Errors: what libtorch throws.
struct StepDecoder {
  struct Block {
    LayerNorm self_norm = {};
    StepLayer query = {};
    StepLayer key = {};
    StepLayer value = {};
    StepLayer self_out = {};
    LayerNorm cross_norm = {};
    StepLayer cross_query = {};
    StepLayer cross_out = {};
    LayerNorm norm = {};
    StepLayer up = {};
    StepLayer down = {};
  };

  /// @param embedding shared, not read again
  StepDecoder(const Weights& weights, TokenEmbedding tokens);

  /// Whether this processor has the kernels, and these weights are for them.
  [[nodiscard]] static bool is_possible(const Weights& weights);

  std::size_t heads;
  std::size_t width;
  TokenEmbedding embedding;
  at::Tensor positions;  ///< float32
  std::vector<Block> blocks;
  LayerNorm norm;
};

}  // namespace whisper
