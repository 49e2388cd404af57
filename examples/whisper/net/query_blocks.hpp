// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/bfloat16_tiles.hpp"

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
  static constexpr std::size_t kRows = 4 * Bfloat16Tiles::kRows;
  static constexpr std::size_t kWidth = Bfloat16Tiles::kColumns;  ///< of a head

  /// @param length of the windows: how many keys they have.
  QueryBlocks(const Bfloat16Tiles& tiles, std::size_t length);

  /// What up to kRows queries see, in float32 [kRows][kWidth]; valid until the next call.
  /// @param queries `rows` of them, `stride` numbers apart.
  [[nodiscard]] const float* attend(const Bfloat16* queries, std::size_t stride, std::size_t rows,
                                    const Bfloat16* keys, const Bfloat16* values);

 private:
  const Bfloat16Tiles& tiles_;
  std::size_t length_;
  std::size_t padded_;  // to whole blocks of keys
  std::vector<float> scores_;
  std::vector<Bfloat16> weights_;
  std::array<float, kRows * kWidth> seen_{};
};

}  // namespace whisper
