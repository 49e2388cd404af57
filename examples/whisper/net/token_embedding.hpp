// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/linear.hpp"
#include "net/token_scores.hpp"
#include "net/weights.hpp"

#include <cstdint>
#include <span>

namespace whisper {

/// The matrix that is both what tokens are read as and what the next one is scored with.
///
/// Ownership: owns its weights.
/// Threads: immutable.
/// Errors: what libtorch throws.
class TokenEmbedding {
 public:
  TokenEmbedding() = default;
  /// @param norm of what is scored
  TokenEmbedding(const Weights& weights, const std::string& name, const LayerNorm& norm);

  /// Of tokens [n, m]: [n, m, width].
  [[nodiscard]] at::Tensor read(const at::Tensor& tokens) const;
  /// Of hidden [n, width]: [n, vocabulary] in float32.
  [[nodiscard]] at::Tensor score(const at::Tensor& hidden) const {
    return rough_scores_.exist() ? rough_scores_.of(hidden) : scores_.in_float32(hidden);
  }

  [[nodiscard]] std::size_t vocabulary() const { return static_cast<std::size_t>(rows_.size(0)); }
  /// A token's row in float16. @pre the weights are halves.
  [[nodiscard]] const std::uint16_t* half_row(int token) const {
    return static_cast<const std::uint16_t*>(rows_.const_data_ptr()) + token * rows_.size(1);
  }
  /// As above, of [n][width], to [n][vocabulary]. @pre TokenScores are possible for halves.
  void score(std::span<const float> hidden, float* scores) const {
    rough_scores_.put(hidden, scores);
  }

 private:
  at::ScalarType flow_ = at::kFloat;
  at::Tensor rows_;
  at::Tensor scales_;  // of int8 rows
  Linear scores_;
  TokenScores rough_scores_;  // where there is a kernel for them
};

}  // namespace whisper
