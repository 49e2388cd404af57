// SPDX-License-Identifier: Apache-2.0
#include "net/step_layer.hpp"

#include "net/large_pages.hpp"
#include "net/tensor_reader.hpp"
#include "net/thread_team.hpp"

namespace whisper {
namespace {

constexpr std::size_t kOutputs = StepKernels::kOutputs;

}  // namespace

StepLayer::StepLayer(const Weights& weights, const std::string& name, Bias bias) {
  const auto& stored = weights.stored(name + ".weight");
  const auto outputs = stored.shape.at(0);
  const auto inputs = stored.shape.at(1);
  inputs_ = static_cast<std::size_t>(inputs);
  blocks_ = static_cast<std::size_t>(outputs) / kOutputs;
  bias_ = bias == Bias::yes ? weights.tensor(name + ".bias", at::kFloat)
                            : at::zeros({outputs}, at::kFloat);
  const bool int8 = is_int8(weights.arithmetic().kernel);
  numbers_ = empty_weights({outputs, inputs}, int8 ? at::kChar : at::kHalf);
  if (int8) scales_ = at::empty({outputs}, at::kFloat);
  share_units(blocks_, [&](std::size_t unit) {
    constexpr auto kRows = static_cast<std::int64_t>(kOutputs);
    const auto block = static_cast<std::int64_t>(unit);
    const auto rows = at::empty({kRows, inputs}, at::kHalf);  // small enough for the cache
    read_tensor(rows_of(stored, block * kRows, kRows), rows);
    put_block(block, static_cast<const Half*>(rows.const_data_ptr()));
  });
  weights.forget(stored);
}

void StepLayer::put_block(std::int64_t block, const Half* rows) {
  const auto first = block * static_cast<std::int64_t>(kOutputs * inputs_);
  if (!scales_.defined()) {
    step_kernels()->pack(rows, inputs_, static_cast<Half*>(numbers_.mutable_data_ptr()) + first);
    return;
  }
  step_kernels()->pack_int8(
      rows, inputs_, numbers_.mutable_data_ptr<std::int8_t>() + first,
      scales_.mutable_data_ptr<float>() + block * static_cast<std::int64_t>(kOutputs));
}

void StepLayer::multiply(std::size_t block, const float* x, std::size_t rows, Product product,
                         float* to, std::size_t to_stride) const {
  const auto* const numbers = static_cast<const std::byte*>(numbers_.const_data_ptr());
  const auto row_bytes = inputs_ * static_cast<std::size_t>(numbers_.element_size());
  step_kernels()->multiply(
      {.block = numbers + block * kOutputs * row_bytes,
       .scales = scales_.defined() ? scales_.const_data_ptr<float>() + block * kOutputs : nullptr,
       .bias = bias_.const_data_ptr<float>() + block * kOutputs,
       .columns = inputs_,
       .x = x,
       .x_stride = inputs_,
       .rows = rows},
      product, to, to_stride);
}

}  // namespace whisper
