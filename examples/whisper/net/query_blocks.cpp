// SPDX-License-Identifier: Apache-2.0
#include "net/query_blocks.hpp"

#include <cmath>

namespace whisper {

QueryBlocks::QueryBlocks(const Bfloat16Tiles& tiles, std::size_t length)
    : tiles_(tiles),
      length_(length),
      padded_((length + kWidth - 1) / kWidth * kWidth),
      scores_(kRows * padded_),
      weights_(kRows * padded_) {}

const float* QueryBlocks::attend(const Bfloat16* queries, std::size_t stride, std::size_t rows,
                                 const Bfloat16* keys, const Bfloat16* values) {
  const float scale = 1 / std::sqrt(static_cast<float>(kWidth));
  for (std::size_t key = 0; key < padded_; key += kWidth) {
    tiles_.multiply(rows, queries, stride, keys + key * kWidth, kWidth / 2, scores_.data() + key,
                    padded_);
  }
  std::array<float, kRows> sums{};
  for (std::size_t row = 0; row < rows; ++row) {
    sums[row] = tiles_.soften(scores_.data() + row * padded_, length_, padded_, scale,
                              weights_.data() + row * padded_);
  }
  tiles_.multiply(rows, weights_.data(), padded_, values, padded_ / 2, seen_.data(), kWidth);
  for (std::size_t row = 0; row < rows; ++row) {
    const float factor = 1 / sums[row];
    for (std::size_t i = 0; i < kWidth; ++i) seen_[row * kWidth + i] *= factor;
  }
  return seen_.data();
}

}  // namespace whisper
