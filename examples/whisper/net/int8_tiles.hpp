// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace whisper {

/// The inner loops of products in int8, for processors that add up four of them at once
/// (AVX512-VNNI). A block of matrix rows is packed as [columns / 4][kRows][4]; columns are a
/// multiple of 64.
struct Int8Tiles {
  static constexpr std::size_t kRows = 64;  ///< of the matrix, in a block

  /// Quantises kRows rows of float16 numbers, each so that its largest becomes 127.
  /// @param scales,sums of each row: what a step is, and the sum of its numbers
  void (*pack)(const std::uint16_t* half, std::size_t columns, std::int8_t* block, float* scales,
               std::int32_t* sums);

  /// to[column] = from[column] in steps, 128 being zero; returns what a step is.
  float (*quantize)(const float* from, std::size_t columns, std::uint8_t* to);

  /// scores[row] = what the row of the block and the input give, roughly.
  void (*multiply)(const std::int8_t* block, const float* scales, const std::int32_t* sums,
                   std::size_t columns, const std::uint8_t* input, float step, float* scores);

  /// What a row of float16 numbers and the input give, in float32.
  float (*dot)(const std::uint16_t* half, const float* input, std::size_t columns);
};

/// Nothing where the processor has no such instructions.
[[nodiscard]] const Int8Tiles* int8_tiles();

}  // namespace whisper
