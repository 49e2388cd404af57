// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"

#include <span>

namespace whisper {

/// The scores of all tokens, most of which are never looked at closely: a rough product in int8
/// finds out which ones could matter, and these are computed again in float32. It reads a quarter
/// of the bytes, and what comes out on top is exact.
///
/// Ownership: shares the float16 matrix; owns the int8 one.
/// Threads: immutable.
/// Errors: std::bad_alloc, what libtorch throws.
class TokenScores {
 public:
  TokenScores() = default;
  /// @param rows float16 [vocabulary, width]
  explicit TokenScores(at::Tensor rows);

  /// Whether this processor has the instructions for a matrix so wide.
  [[nodiscard]] static bool are_possible(std::int64_t width);

  [[nodiscard]] bool exist() const noexcept { return rows_.defined(); }
  /// Of float32 [n, width]: [n, vocabulary].
  [[nodiscard]] at::Tensor of(const at::Tensor& hidden) const;
  /// Of [n][width], to [n][vocabulary].
  void put(std::span<const float> hidden, float* scores) const;

 private:
  class Work;

  at::Tensor rows_;
  at::Tensor blocks_;  // of kRows rows each, packed
  at::Tensor scales_;
  at::Tensor sums_;
};

}  // namespace whisper
