// SPDX-License-Identifier: Apache-2.0
#include "net/tiled_layer.hpp"

#include "net/large_pages.hpp"
#include "net/thread_team.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace whisper {
namespace {

constexpr std::int64_t kOutputs = LayerTiles::kOutputs;
constexpr std::int64_t kRows = LayerTiles::kRows;

std::size_t size(std::int64_t count) { return static_cast<std::size_t>(count); }

PackedInputs& inputs_of_this_thread() {
  thread_local PackedInputs inputs;
  return inputs;
}

// Below that, waking a thread takes longer than what it does.
std::int64_t blocks_at_once(std::int64_t block_bytes, std::int64_t rows) {
  constexpr std::int64_t kBytes = std::int64_t{1} << 20U;
  constexpr std::int64_t kRowsForFree = 4;  // while the weights come from memory
  return std::max<std::int64_t>(1, kBytes / (block_bytes * (1 + rows / kRowsForFree)));
}

}  // namespace

bool TiledLayer::is_possible(TileFormat format, std::int64_t inputs) {
  constexpr std::int64_t kLanes = 16;
  return layer_tiles(format) != nullptr && inputs % kLanes == 0;
}

TiledLayer::TiledLayer(TileFormat format, std::span<const StoredTensor> weights,
                       const at::Tensor& bias)
    : tiles_(layer_tiles(format)), inputs_(weights.front().shape.at(1)), outputs_(bias.size(0)) {
  const auto blocks = (outputs_ + kOutputs - 1) / kOutputs;
  const auto weight_bytes = static_cast<std::int64_t>(tiles_->weight_bytes);
  blocks_ = empty_weights({blocks, kOutputs * inputs_ * weight_bytes}, at::kByte);
  if (format != TileFormat::bfloat16) scales_ = at::empty({blocks * kOutputs}, at::kFloat);
  if (format == TileFormat::int8) sums_ = at::empty({blocks * kOutputs}, at::kInt);
  bias_ = at::zeros({blocks * kOutputs}, at::kFloat);
  bias_.narrow(0, 0, outputs_).copy_(bias);
  share_units(size(blocks),
              [&](std::size_t block) { put_block(static_cast<std::int64_t>(block), weights); });
}

WeightBlock TiledLayer::block_at(std::int64_t block) const {
  const auto first = block * kOutputs;
  WeightBlock found{static_cast<std::byte*>(blocks_.data_ptr()) + block * blocks_.size(1)};
  if (scales_.defined()) found.scales = scales_.data_ptr<float>() + first;
  if (sums_.defined()) found.sums = sums_.data_ptr<std::int32_t>() + first;
  return found;
}

void TiledLayer::put_block(std::int64_t block, std::span<const StoredTensor> weights) {
  thread_local std::vector<float> rows;
  auto first = block * kOutputs;  // counted from the next matrix's beginning
  std::int64_t filled = 0;
  for (const auto& matrix : weights) {
    const auto count = std::min(kOutputs - filled, matrix.shape.at(0) - first);
    if (count > 0) {
      const auto some = rows_of(matrix, first, count);
      if (count == kOutputs && matrix.element == Element::float16) {
        tiles_->pack_halves(some.bytes.data(), size(inputs_), block_at(block));
        return;
      }
      rows.resize(std::max(rows.size(), size(kOutputs * inputs_)));
      copy_as_float32(some, std::span{rows}.subspan(size(filled * inputs_)));
      filled += count;
      first += count;
    }
    first -= matrix.shape.at(0);
  }
  std::fill(rows.begin() + filled * inputs_, rows.end(), 0.0F);
  tiles_->pack(rows.data(), size(inputs_), block_at(block));
}

void TiledLayer::multiply(const float* x, std::int64_t rows, const LayerNorm* norm,
                          float* to) const {
  if (rows > kPanel) {
    return share_rows(rows, kPanel, [&](std::int64_t row, std::int64_t end) {
      multiply_panel(x + row * inputs_, end - row, norm, to + row * outputs_, Finish::store);
    });
  }
  const auto inputs = read(x, rows, norm, inputs_of_this_thread());
  share_rows(blocks(), blocks_at_once(blocks_.size(1), rows),
             [&](std::int64_t begin, std::int64_t end) {
               multiply_blocks(inputs, rows, begin, end, to, Finish::store);
             });
}

void TiledLayer::multiply_panel(const float* x, std::int64_t rows, const LayerNorm* norm, float* to,
                                Finish finish) const {
  const auto inputs = read(x, rows, norm, inputs_of_this_thread());
  multiply_blocks(inputs, rows, 0, blocks(), to, finish);
}

InputRows TiledLayer::read(const float* x, std::int64_t rows, const LayerNorm* norm,
                           PackedInputs& room) const {
  return room.read(*tiles_, x, size(rows), size(inputs_), norm);
}

void TiledLayer::multiply_block(std::int64_t block, const InputRows& x, std::int64_t first,
                                std::int64_t rows, const OutputRows& to) const {
  const auto* const bias = bias_.const_data_ptr<float>() + block * kOutputs;
  for (std::int64_t row = 0; row < rows; row += kRows) {
    tiles_->multiply(x, size(first + row), size(std::min(kRows, rows - row)), block_at(block), bias,
                     {to.numbers + size(row) * to.stride, to.stride, to.finish});
  }
}

void TiledLayer::multiply_blocks(const InputRows& x, std::int64_t rows, std::int64_t begin,
                                 std::int64_t end, float* to, Finish finish) const {
  std::array<float, kRows * kOutputs> last;  // where not all of a block's outputs are wanted
  for (auto block = begin; block < end; ++block) {
    const auto first = block * kOutputs;
    const auto count = std::min(kOutputs, outputs_ - first);
    if (count == kOutputs) {
      multiply_block(block, x, 0, rows, {to + first, size(outputs_), finish});
      continue;
    }
    for (std::int64_t row = 0; row < rows; row += kRows) {
      const auto some = std::min(kRows, rows - row);
      auto* const place = to + row * outputs_ + first;
      for (std::int64_t i = 0; i < some; ++i) {
        std::copy_n(place + i * outputs_, count, last.data() + i * kOutputs);
      }
      multiply_block(block, x, row, some, {last.data(), size(kOutputs), finish});
      for (std::int64_t i = 0; i < some; ++i) {
        std::copy_n(last.data() + i * kOutputs, count, place + i * outputs_);
      }
    }
  }
}

}  // namespace whisper
