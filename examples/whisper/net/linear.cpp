// SPDX-License-Identifier: Apache-2.0
#include "net/linear.hpp"

#include <utility>

namespace whisper {

Linear::Linear(at::Tensor weight, at::Tensor bias)
    : weight_(std::move(weight)), bias_(std::move(bias)) {}

Linear::Linear(PackedWeights packed) : packed_(std::move(packed)) {}

Linear Linear::make(const at::Tensor& weight, const at::Tensor& bias, const Arithmetic& arithmetic,
                    c10::Device device) {
  switch (arithmetic.kernel) {
    case Kernel::half_weights: return Linear{PackedWeights{weight, bias}};
    case Kernel::int8_steps:
    case Kernel::int8_sequences: {
      QuantizedRows rows{weight.size(0), weight.size(1)};
      rows.put(0, weight);
      return Linear{PackedWeights{rows, bias, arithmetic.kernel}};
    }
    default: {
      const auto options = weight.options().dtype(product_type(arithmetic)).device(device);
      return {weight.to(options), bias.defined() ? bias.to(options) : bias};
    }
  }
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  return packed_.exist() ? packed_.multiply(x)
                         : at::linear(x.to(weight_.scalar_type()), weight_, bias_);
}

at::Tensor Linear::in_float32(const at::Tensor& x) const {
  if (packed_.exist()) return packed_.multiply(x);
  // Not rounded to the weights' type in between, where there is a kernel for that.
  if (weight_.is_cuda() && weight_.scalar_type() != at::kFloat) {
    return at::mm(x, weight_.t(), at::kFloat);
  }
  return at::mm(x, weight_.t()).to(at::kFloat);
}

}  // namespace whisper
