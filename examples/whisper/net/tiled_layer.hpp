// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/stored_tensor.hpp"
#include "net/aten.hpp"
#include "net/layer_norm.hpp"
#include "net/layer_tiles.hpp"
#include "net/packed_inputs.hpp"

#include <span>

namespace whisper {

/// A linear layer in one of the tiles' formats whose tiles of outputs stay in registers. Inputs and
/// outputs are float32.
///
/// Ownership: owns its weights; shares the bias.
/// Threads: immutable.
/// Errors: what libtorch throws.
class TiledLayer {
 public:
  TiledLayer() = default;
  /// Of matrices whose outputs stand one after the other, packed as they are read, by all threads.
  /// @param bias float32 [outputs]
  TiledLayer(TileFormat format, std::span<const StoredTensor> weights, const at::Tensor& bias);

  /// Whether this processor has the instructions for rows of so many inputs.
  [[nodiscard]] static bool is_possible(TileFormat format, std::int64_t inputs);

  [[nodiscard]] bool exists() const noexcept { return tiles_ != nullptr; }
  [[nodiscard]] std::int64_t inputs() const noexcept { return inputs_; }
  [[nodiscard]] std::int64_t outputs() const noexcept { return outputs_; }
  [[nodiscard]] std::int64_t blocks() const { return blocks_.size(0); }

  /// Of `rows` rows, which are normalised first if there is a `norm`, to rows of `to`; by all
  /// threads. Nothing is allocated once a thread has done it.
  void multiply(const float* x, std::int64_t rows, const LayerNorm* norm, float* to) const;

  /// Of up to kPanel rows, normalised likewise, by this thread alone.
  void multiply_panel(const float* x, std::int64_t rows, const LayerNorm* norm, float* to,
                      Finish finish) const;

  /// Packs rows of inputs, normalised likewise, for `multiply_block`.
  [[nodiscard]] InputRows read(const float* x, std::int64_t rows, const LayerNorm* norm,
                               PackedInputs& room) const;
  /// Some packed rows' outputs of one block. @pre all of them are wanted
  void multiply_block(std::int64_t block, const InputRows& x, std::int64_t first, std::int64_t rows,
                      const OutputRows& to) const;

  /// So many rows are read often enough while they and a block of weights are in the cache.
  static constexpr std::int64_t kPanel = 48;

 private:
  [[nodiscard]] WeightBlock block_at(std::int64_t block) const;
  void put_block(std::int64_t block, std::span<const StoredTensor> weights);
  void multiply_blocks(const InputRows& x, std::int64_t rows, std::int64_t begin, std::int64_t end,
                       float* to, Finish finish) const;

  const LayerTiles* tiles_ = nullptr;
  std::int64_t inputs_ = 0;
  std::int64_t outputs_ = 0;
  at::Tensor blocks_;
  at::Tensor scales_;
  at::Tensor sums_;
  at::Tensor bias_;  // with zeros up to a whole block
};

}  // namespace whisper
