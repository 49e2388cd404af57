// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"

namespace whisper {

/// Layer normalisation over the last dimension. Mean and variance are float32 in all types.
///
/// Ownership: owns its weights.
/// Threads: immutable.
/// Errors: what libtorch throws.
struct LayerNorm {
  at::Tensor gamma = {};
  at::Tensor beta = {};

  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const {
    constexpr double kEpsilon = 1e-5;
    return at::layer_norm(x, gamma.sizes(), gamma, beta, kEpsilon);
  }
};

}  // namespace whisper
