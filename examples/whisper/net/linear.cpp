// SPDX-License-Identifier: Apache-2.0
#include "net/linear.hpp"

#include <utility>

namespace whisper {
namespace {

QuantizedRows quantized(const at::Tensor& weight) {
  QuantizedRows rows{weight.size(0), weight.size(1)};
  rows.put(0, weight);
  return rows;
}

}  // namespace

Linear::Linear(at::Tensor weight, at::Tensor bias)
    : weight_(std::move(weight)), bias_(std::move(bias)) {}

Linear::Linear(const QuantizedRows& rows, const at::Tensor& bias, at::TensorOptions flow)
    : weight_(rows.numbers.to(flow.device())),
      bias_(bias.defined() ? bias.to(flow) : bias),
      scales_(rows.scales.unsqueeze(1).to(flow)) {}

Linear::Linear(PackedWeights packed) : packed_(std::move(packed)) {}

Linear::Linear(TiledLayer tiled) : tiled_(std::move(tiled)) {}

Linear Linear::make(const at::Tensor& weight, const at::Tensor& bias, const Arithmetic& arithmetic,
                    c10::Device device) {
  switch (arithmetic.kernel) {
    case Kernel::half_weights: return Linear{PackedWeights{weight, bias}};
    case Kernel::int8_steps:
    case Kernel::int8_sequences:
      return Linear{PackedWeights{quantized(weight), bias, arithmetic.kernel}};
    case Kernel::int8_storage:
      return {quantized(weight), bias, at::TensorOptions{}.dtype(arithmetic.flow).device(device)};
    default: {
      const auto options = weight.options().dtype(product_type(arithmetic)).device(device);
      return {weight.to(options), bias.defined() ? bias.to(options) : bias};
    }
  }
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  if (tiled_.exists()) return multiply(x, nullptr);
  if (packed_.exist()) return packed_.multiply(x);
  const auto rows = weight();
  return at::linear(x.to(rows.scalar_type()), rows, bias_);
}

at::Tensor Linear::operator()(const LayerNorm& norm, const at::Tensor& x) const {
  return tiled_.exists() ? multiply(x, &norm) : (*this)(norm(x));
}

at::Tensor Linear::multiply(const at::Tensor& x, const LayerNorm* norm) const {
  const auto rows = x.to(at::kFloat).contiguous();
  auto sizes = x.sizes().vec();
  sizes.back() = tiled_.outputs();
  auto y = at::empty(sizes, at::kFloat);
  tiled_.multiply(rows.const_data_ptr<float>(), rows.numel() / tiled_.inputs(), norm,
                  y.mutable_data_ptr<float>());
  return y;
}

at::Tensor Linear::in_float32(const at::Tensor& x) const {
  if (tiled_.exists()) return (*this)(x);
  if (packed_.exist()) return packed_.multiply(x);
  const auto rows = weight();
  // Not rounded to the weights' type in between, where there is a kernel for that.
  if (rows.is_cuda() && rows.scalar_type() != at::kFloat) return at::mm(x, rows.t(), at::kFloat);
  return at::mm(x, rows.t()).to(at::kFloat);
}

at::Tensor Linear::weight() const {
  return scales_.defined() ? weight_.to(scales_.scalar_type()).mul_(scales_) : weight_;
}

}  // namespace whisper
