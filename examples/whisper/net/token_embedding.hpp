// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/linear.hpp"
#include "net/token_scores.hpp"
#include "net/weights.hpp"

namespace whisper {

/// The matrix that is both what tokens are read as and what the next one is scored with.
///
/// Ownership: owns its weights.
/// Threads: immutable.
/// Errors: what libtorch throws.
class TokenEmbedding {
 public:
  TokenEmbedding() = default;
  TokenEmbedding(const Weights& weights, const std::string& name);

  /// Of tokens [n, m]: [n, m, width].
  [[nodiscard]] at::Tensor read(const at::Tensor& tokens) const;
  /// Of hidden [n, width]: [n, vocabulary] in float32.
  [[nodiscard]] at::Tensor score(const at::Tensor& hidden) const {
    return rough_scores_.exist() ? rough_scores_.of(hidden) : scores_.in_float32(hidden);
  }

 private:
  at::ScalarType flow_ = at::kFloat;
  at::Tensor rows_;
  at::Tensor scales_;  // of int8 rows
  Linear scores_;
  TokenScores rough_scores_;  // where there is a kernel for them
};

}  // namespace whisper
