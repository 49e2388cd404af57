// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace whisper {

/// The inner loops of products of a matrix in int4 and inputs in int8, for processors that add up
/// four of them at once (AVX512-VNNI). Columns are a multiple of 64.
struct Int4Tiles {
  static constexpr std::size_t kRows = 64;   ///< of the matrix, in a block
  static constexpr std::size_t kInputs = 6;  ///< at a time: as many as registers have room for

  /// What is known of the inputs' columns: how large their numbers are, and what they are around.
  struct Columns {
    const float* sizes = nullptr;
    const float* means = nullptr;
    std::size_t count = 0;
  };
  /// A block of rows: [columns / 8][kRows][4], each byte with a number of the first and one of the
  /// last four columns.
  struct Block {
    std::byte* numbers = nullptr;
    float* steps = nullptr;   ///< of each row: what a step of int4 is
    float* biases = nullptr;  ///< of each row: what it gives with the means
  };
  /// Quantises kRows rows of float16 numbers, each times its column's size.
  void (*pack)(const std::uint16_t* half, const Columns& columns, const Block& to);

  /// An input of so many bytes as columns, and what is to be known of it.
  struct Input {
    float step = 1;
    std::int32_t shift = 0;  ///< what the zero of int4 adds to each product
  };
  /// Quantises an input, less the means and divided by the sizes.
  Input (*quantize)(const float* from, const Columns& columns, std::byte* to);

  /// scores[input][row] = what the row of the block and the input give, roughly.
  /// @param numbers of `count` inputs, at most kInputs, one after the other
  void (*multiply)(const Block& block, std::size_t columns, const std::byte* numbers,
                   const Input* inputs, std::size_t count, float* scores, std::size_t stride);

  /// What a row of float16 numbers and an input give, in float32.
  float (*dot)(const std::uint16_t* half, const float* input, std::size_t columns);
};

/// Nothing where the processor has no such instructions.
[[nodiscard]] const Int4Tiles* int4_tiles();

}  // namespace whisper
