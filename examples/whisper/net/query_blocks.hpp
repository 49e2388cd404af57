// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/attention_tiles.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace whisper {

/// Reads the packed keys and values of one head of one window with some queries at a time: so many
/// that a block of keys, once it is in the nearest cache, is read for several tiles.
///
/// Ownership: borrows the kernels; owns room for scores.
/// Threads: confined.
/// Errors: none.
class QueryBlocks {
 public:
  static constexpr std::size_t kRows = 4 * AttentionTiles::kRows;
  static constexpr std::size_t kWidth = AttentionTiles::kWidth;  ///< of a head

  /// @param length of the windows: how many keys they have.
  QueryBlocks(const AttentionTiles& tiles, std::size_t length);

  /// What up to kRows queries see, in float32: to[row][0 ... kWidth), its rows `to_stride` apart.
  /// @param queries `rows` of them, `stride` numbers apart.
  void attend(const float* queries, std::size_t stride, std::size_t rows, const PackedHead& head,
              float* to, std::size_t to_stride);

 private:
  void score(std::size_t rows, const PackedHead& head);
  void see(std::size_t rows, const PackedHead& head);

  const AttentionTiles& tiles_;
  std::size_t length_;
  std::size_t padded_;  // to whole blocks of keys
  std::vector<float> scores_;
  std::vector<std::uint16_t> weights_;
  std::array<std::byte, kRows * AttentionTiles::kQueryBytes> queries_{};
  std::array<float, kRows> scales_{};
  std::array<std::int32_t, kRows * kWidth> sums_{};
};

}  // namespace whisper
