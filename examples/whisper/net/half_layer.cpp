// SPDX-License-Identifier: Apache-2.0
#include "net/half_layer.hpp"

#include <ATen/Parallel.h>

namespace whisper {
namespace {

constexpr std::size_t kOutputs = StepKernels::kOutputs;

}  // namespace

HalfLayer::HalfLayer(const Weights& weights, const std::string& name, Bias bias) {
  const auto rows = weights.tensor(name + ".weight", at::kHalf);
  inputs_ = static_cast<std::size_t>(rows.size(1));
  blocks_ = static_cast<std::size_t>(rows.size(0)) / kOutputs;
  bias_ = bias == Bias::yes ? weights.tensor(name + ".bias", at::kFloat)
                            : at::zeros({rows.size(0)}, at::kFloat);
  numbers_ = at::empty(rows.sizes(), at::kHalf);
  const auto* from = static_cast<const Half*>(rows.const_data_ptr());
  auto* to = static_cast<Half*>(numbers_.mutable_data_ptr());
  at::parallel_for(0, static_cast<std::int64_t>(blocks_), 1, [&](auto begin, auto end) {
    for (auto block = begin; block < end; ++block) {
      const auto first = static_cast<std::size_t>(block) * kOutputs * inputs_;
      step_kernels()->pack(from + first, inputs_, to + first);
    }
  });
}

void HalfLayer::multiply(std::size_t block, const float* x, std::size_t rows, Product product,
                         float* to, std::size_t to_stride) const {
  const auto* const numbers = static_cast<const Half*>(numbers_.const_data_ptr());
  step_kernels()->multiply({.block = numbers + block * kOutputs * inputs_,
                            .bias = bias_.const_data_ptr<float>() + block * kOutputs,
                            .columns = inputs_,
                            .x = x,
                            .x_stride = inputs_,
                            .rows = rows},
                           product, to, to_stride);
}

}  // namespace whisper
