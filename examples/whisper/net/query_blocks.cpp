// SPDX-License-Identifier: Apache-2.0
#include "net/query_blocks.hpp"

#include <algorithm>
#include <cmath>

namespace whisper {
namespace {

constexpr std::size_t kTile = AttentionTiles::kRows;

}  // namespace

QueryBlocks::QueryBlocks(const AttentionTiles& tiles, std::size_t length)
    : tiles_(tiles),
      length_(length),
      padded_((length + kWidth - 1) / kWidth * kWidth),
      scores_(kRows * padded_),
      weights_(kRows * padded_) {}

void QueryBlocks::attend(const float* queries, std::size_t stride, std::size_t rows,
                         const PackedHead& head, float* to, std::size_t to_stride) {
  const float scale = 1 / std::sqrt(static_cast<float>(kWidth));
  for (std::size_t row = 0; row < rows; ++row) {
    auto* const place = queries_.data() + row * AttentionTiles::kQueryBytes;
    scales_[row] = scale * tiles_.read(queries + row * stride, place);
  }
  score(rows, head);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto first = row * padded_;
    std::fill_n(scores_.data() + first + length_, padded_ - length_, AttentionTiles::kNoKey);
    scales_[row] =
        tiles_.soften(scores_.data() + first, padded_, scales_[row], head, weights_.data() + first);
  }
  see(rows, head);
  for (std::size_t row = 0; row < rows; ++row) {
    tiles_.finish(sums_.data() + row * kWidth, scales_[row], to + row * to_stride);
  }
}

void QueryBlocks::score(std::size_t rows, const PackedHead& head) {
  for (std::size_t key = 0; key < padded_; key += kWidth) {
    const auto block = block_of(tiles_, head, key / kWidth);
    for (std::size_t row = 0; row < rows; row += kTile) {
      tiles_.score(queries_.data() + row * AttentionTiles::kQueryBytes, std::min(kTile, rows - row),
                   block, scores_.data() + row * padded_ + key, padded_);
    }
  }
}

void QueryBlocks::see(std::size_t rows, const PackedHead& head) {
  sums_.fill(0);
  for (std::size_t key = 0; key < padded_; key += kWidth) {
    const auto block = block_of(tiles_, head, key / kWidth);
    for (std::size_t row = 0; row < rows; row += kTile) {
      tiles_.see(weights_.data() + row * padded_ + key, padded_, std::min(kTile, rows - row), block,
                 sums_.data() + row * kWidth);
    }
  }
}

}  // namespace whisper
