// SPDX-License-Identifier: Apache-2.0
#include "net/step_layer.hpp"

#include "net/large_pages.hpp"
#include "net/tensor_reader.hpp"
#include "net/thread_team.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace whisper {
namespace {

constexpr std::size_t kOutputs = StepKernels::kOutputs;
static_assert(kOutputs == LayerTiles::kOutputs);

}  // namespace

StepLayer::StepLayer(const Weights& weights, const std::string& name, Bias bias) {
  const auto& stored = weights.stored(name + ".weight");
  const auto outputs = stored.shape.at(0);
  inputs_ = static_cast<std::size_t>(stored.shape.at(1));
  blocks_ = static_cast<std::size_t>(outputs) / kOutputs;
  auto biases = bias == Bias::yes ? weights.tensor(name + ".bias", at::kFloat)
                                  : at::zeros({outputs}, at::kFloat);
  if (is_int8(weights.arithmetic().kernel)) {
    tiled_ = TiledLayer{TileFormat::int8_weights, std::span{&stored, 1}, biases};
  } else {
    bias_ = std::move(biases);
    pack_halves(stored);
  }
  weights.forget(stored);
}

void StepLayer::pack_halves(const StoredTensor& stored) {
  numbers_ = empty_weights(stored.shape, at::kHalf);
  share_units(blocks_, [&](std::size_t block) {
    constexpr auto kRows = static_cast<std::int64_t>(kOutputs);
    const auto rows = at::empty({kRows, stored.shape.at(1)}, at::kHalf);  // fits the cache
    read_tensor(rows_of(stored, static_cast<std::int64_t>(block) * kRows, kRows), rows);
    step_kernels()->pack(
        static_cast<const Half*>(rows.const_data_ptr()), inputs_,
        static_cast<Half*>(numbers_.mutable_data_ptr()) + block * kOutputs * inputs_);
  });
}

StepInputs StepLayer::read(const float* x, std::size_t rows, const LayerNorm* norm,
                           StepRoom& room) const {
  if (tiled_.exists()) {
    return {.packed = tiled_.read(x, static_cast<std::int64_t>(rows), norm, room.packed)};
  }
  if (norm == nullptr) return {.rows = x};
  reserve(rows, norm, room);
  for (std::size_t i = 0; i < rows * inputs_; i += inputs_) {
    step_kernels()->normalize(x + i, norm->gamma.const_data_ptr<float>(),
                              norm->beta.const_data_ptr<float>(), inputs_, room.normal.data() + i);
  }
  return {.rows = room.normal.data()};
}

void StepLayer::reserve(std::size_t rows, const LayerNorm* norm, StepRoom& room) const {
  if (tiled_.exists()) return room.packed.reserve(rows, inputs_);
  if (norm != nullptr) room.normal.resize(std::max(room.normal.size(), rows * inputs_));
}

void StepLayer::multiply(std::size_t block, const StepInputs& x, std::size_t first,
                         std::size_t rows, const OutputRows& to) const {
  if (tiled_.exists()) {
    return tiled_.multiply_block(static_cast<std::int64_t>(block), x.packed,
                                 static_cast<std::int64_t>(first), static_cast<std::int64_t>(rows),
                                 to);
  }
  step_kernels()->multiply(
      {.block = static_cast<const Half*>(numbers_.const_data_ptr()) + block * kOutputs * inputs_,
       .bias = bias_.const_data_ptr<float>() + block * kOutputs,
       .columns = inputs_,
       .x = x.rows + first * inputs_,
       .rows = rows},
      to);
}

}  // namespace whisper
