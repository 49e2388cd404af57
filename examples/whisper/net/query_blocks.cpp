// SPDX-License-Identifier: Apache-2.0
#include "net/query_blocks.hpp"

#include <algorithm>
#include <cmath>

namespace whisper {
namespace {

constexpr std::size_t kTile = Bfloat16Tiles::kRows;

}  // namespace

QueryBlocks::QueryBlocks(const Bfloat16Tiles& tiles, std::size_t length)
    : tiles_(tiles),
      length_(length),
      padded_((length + kWidth - 1) / kWidth * kWidth),
      scores_(kRows * padded_),
      weights_(kRows * padded_) {}

const float* QueryBlocks::attend(const Bfloat16* queries, std::size_t stride, std::size_t rows,
                                 const Bfloat16* keys, const Bfloat16* values) {
  for (std::size_t key = 0; key < padded_; key += kWidth) {
    for (std::size_t row = 0; row < rows; row += kTile) {
      tiles_.multiply({.a = queries + row * stride,
                       .a_stride = stride,
                       .c = scores_.data() + row * padded_ + key,
                       .c_stride = padded_,
                       .count = std::min(kTile, rows - row)},
                      keys + key * kWidth);
    }
  }
  const float scale = 1 / std::sqrt(static_cast<float>(kWidth));
  std::array<float, kRows> sums{};
  for (std::size_t row = 0; row < rows; ++row) {
    sums[row] = tiles_.soften(scores_.data() + row * padded_, length_, padded_, scale,
                              weights_.data() + row * padded_);
  }
  seen_.fill(0);
  for (std::size_t key = 0; key < padded_; key += kWidth) {
    for (std::size_t row = 0; row < rows; row += kTile) {
      tiles_.multiply_add({.a = weights_.data() + row * padded_ + key,
                           .a_stride = padded_,
                           .c = seen_.data() + row * kWidth,
                           .c_stride = kWidth,
                           .count = std::min(kTile, rows - row)},
                          values + key * kWidth);
    }
  }
  for (std::size_t row = 0; row < rows; ++row) {
    const float factor = 1 / sums[row];
    for (std::size_t i = 0; i < kWidth; ++i) seen_[row * kWidth + i] *= factor;
  }
  return seen_.data();
}

}  // namespace whisper
