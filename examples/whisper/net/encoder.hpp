// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/feed_forward.hpp"
#include "net/layer_norm.hpp"
#include "net/linear.hpp"
#include "net/weights.hpp"

#include <vector>

namespace whisper {

/// Whisper's audio encoder.
///
/// Ownership: owns its weights.
/// Threads: immutable.
/// Errors: what libtorch throws.
class Encoder {
 public:
  explicit Encoder(const Weights& weights);

  /// Of spectrograms [windows, mels, frames], at most as long as the network's: features
  /// [windows, frames / 2, width].
  [[nodiscard]] at::Tensor operator()(const at::Tensor& mel) const;

  /// What the layers start from: the two convolutions, and where in time each position is.
  [[nodiscard]] at::Tensor stem(const at::Tensor& mel) const;

 private:
  struct Block {
    LayerNorm attention_norm = {};
    Linear query_key_value = {};
    Linear attention_out = {};
    FeedForward feed_forward = {};
  };
  struct Convolution {
    at::Tensor weight = {};
    at::Tensor bias = {};
  };

  struct Attention;

  void pass(const Block& block, at::Tensor& x) const;
  void pass_tiled(at::Tensor& x) const;
  /// Makes what the block's attention reads, of some rows.
  void prepare(const Block& block, at::Tensor& x, std::int64_t row, std::int64_t end,
               Attention& to) const;
  [[nodiscard]] at::Tensor attend(const at::Tensor& query_key_value) const;

  std::int64_t heads_;
  const AttentionTiles* tiles_;  // of attention, if any
  bool is_tiled_ = true;         // all layers, and attention is packed
  Convolution first_;
  Convolution second_;
  at::Tensor positions_;
  std::vector<Block> blocks_;
  LayerNorm norm_;
};

}  // namespace whisper
