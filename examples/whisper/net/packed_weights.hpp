// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/aten.hpp"
#include "net/placement.hpp"
#include "net/quantized_rows.hpp"

#include <memory>

namespace whisper {

/// A linear layer's weights in the form that libtorch's kernel for float16 or int8 wants; inputs
/// and outputs are float32. For int8, the inputs are quantised as they come.
///
/// Ownership: shares the packed weights.
/// Threads: immutable.
/// Errors: what libtorch throws.
class PackedWeights {
 public:
  PackedWeights() = default;
  /// @param weight [out, in] and `bias` [out] or undefined, in float32.
  PackedWeights(const at::Tensor& weight, const at::Tensor& bias);
  /// @param kernel one of those for int8.
  PackedWeights(const QuantizedRows& weight, const at::Tensor& bias, Kernel kernel);

  [[nodiscard]] bool exist() const noexcept { return packed_ != nullptr; }
  /// Of x [..., in]: [..., out].
  [[nodiscard]] at::Tensor multiply(const at::Tensor& x) const;

 private:
  struct Packed;  // keeps libtorch's type out of this header

  std::shared_ptr<const Packed> packed_;
};

}  // namespace whisper
