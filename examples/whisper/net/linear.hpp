// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/placement.hpp"

namespace whisper {

/// A linear layer, y = x W^T + b: the one place that chooses the kernel for a compute type.
///
/// Ownership: owns its weights, in the form that the kernel wants.
/// Threads: immutable.
/// Errors: what libtorch throws.
class Linear {
 public:
  Linear() = default;
  /// @param weight [out, in], and `bias` [out] or undefined, in the placement's numbers and on its
  ///   device.
  Linear(at::Tensor weight, at::Tensor bias, const Placement& placement);

  /// Of x [..., in]: [..., out].
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor weight_;
  at::Tensor bias_;
};

}  // namespace whisper
