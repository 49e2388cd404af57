// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/int4_tiles.hpp"
#include "net/layer_norm.hpp"

#include <span>

namespace whisper {

/// The scores of all tokens, most of which are never looked at closely: a rough product in int4
/// finds out which ones could matter, and these are computed again in float32. It reads a quarter
/// of the bytes, and what comes out on top is exact.
///
/// Ownership: shares the float16 matrix; owns the int4 one.
/// Threads: immutable.
/// Errors: std::bad_alloc, what libtorch throws.
class TokenScores {
 public:
  TokenScores() = default;
  /// @param rows float16 [vocabulary, width]
  /// @param norm what hidden states come from: that tells how large each of their numbers is, and
  ///   what it is around
  TokenScores(at::Tensor rows, const LayerNorm& norm);

  /// Whether this processor has the instructions for a matrix so wide.
  [[nodiscard]] static bool are_possible(std::int64_t width);

  [[nodiscard]] bool exist() const noexcept { return rows_.defined(); }
  /// Of float32 [n, width]: [n, vocabulary].
  [[nodiscard]] at::Tensor of(const at::Tensor& hidden) const;
  /// Of [n][width], to [n][vocabulary].
  void put(std::span<const float> hidden, float* scores) const;

 private:
  class Work;

  [[nodiscard]] Int4Tiles::Block block_at(std::int64_t block) const;
  [[nodiscard]] Int4Tiles::Columns columns() const;

  at::Tensor rows_;
  at::Tensor sizes_;   // of hidden states' numbers
  at::Tensor means_;   // likewise
  at::Tensor blocks_;  // of kRows rows each, packed
  at::Tensor steps_;
  at::Tensor biases_;
};

}  // namespace whisper
