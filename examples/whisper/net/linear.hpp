// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/packed_weights.hpp"
#include "net/placement.hpp"

namespace whisper {

/// A linear layer, y = x W^T + b: the one place that chooses the kernel.
///
/// Ownership: owns its weights, in the form that the kernel wants.
/// Threads: immutable.
/// Errors: what libtorch throws.
class Linear {
 public:
  Linear() = default;
  /// Computes in the numbers and on the device of `weight` [out, in], and gives such ones; `bias`
  /// [out] may be undefined.
  Linear(at::Tensor weight, at::Tensor bias);
  /// Computes with a packed kernel.
  explicit Linear(PackedWeights packed);

  /// Of weights on the processor, in the numbers that the arithmetic computes in.
  [[nodiscard]] static Linear make(const at::Tensor& weight, const at::Tensor& bias,
                                   const Arithmetic& arithmetic, c10::Device device);

  /// Of x [..., in]: [..., out].
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;
  /// Of x [n, in], without the bias and in float32 whatever the layer computes in: [n, out].
  [[nodiscard]] at::Tensor in_float32(const at::Tensor& x) const;

 private:
  at::Tensor weight_;
  at::Tensor bias_;
  PackedWeights packed_;
};

}  // namespace whisper
