// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/layer_norm.hpp"
#include "net/packed_weights.hpp"
#include "net/placement.hpp"
#include "net/quantized_rows.hpp"
#include "net/tiled_layer.hpp"

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
  /// Keeps the rows on a device, and makes them `flow` numbers whenever they are used.
  Linear(const QuantizedRows& rows, const at::Tensor& bias, at::TensorOptions flow);
  /// Computes with a packed kernel.
  explicit Linear(PackedWeights packed);
  /// Computes with our own kernel.
  explicit Linear(TiledLayer tiled);

  /// Of weights on the processor, in the numbers that the arithmetic computes in.
  [[nodiscard]] static Linear make(const at::Tensor& weight, const at::Tensor& bias,
                                   const Arithmetic& arithmetic, c10::Device device);

  /// Of x [..., in]: [..., out].
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;
  /// Of x, normalised.
  [[nodiscard]] at::Tensor operator()(const LayerNorm& norm, const at::Tensor& x) const;
  /// Of x [n, in], without the bias and in float32 whatever the layer computes in: [n, out].
  [[nodiscard]] at::Tensor in_float32(const at::Tensor& x) const;

  /// Our own kernel, if that is what computes.
  [[nodiscard]] const TiledLayer* tiled() const noexcept {
    return tiled_.exists() ? &tiled_ : nullptr;
  }

 private:
  /// With our own kernel.
  [[nodiscard]] at::Tensor multiply(const at::Tensor& x, const LayerNorm* norm) const;

  /// In the numbers to compute with.
  [[nodiscard]] at::Tensor weight() const;

  at::Tensor weight_;
  at::Tensor bias_;
  at::Tensor scales_;  // of int8 rows
  PackedWeights packed_;
  TiledLayer tiled_;
};

}  // namespace whisper
