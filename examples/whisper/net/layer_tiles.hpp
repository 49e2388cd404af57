// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace whisper {

/// What becomes of a layer's outputs.
enum class Finish {
  store,  ///< they replace what is there
  add,    ///< they are added to it
  gelu    ///< their GELU replaces it
};

/// What weights and inputs are multiplied as.
enum class TileFormat {
  int8,          ///< one scale for each output's weights, and one for each row of inputs
  int8_weights,  ///< the same, but for inputs, which are int16
  int16,         ///< the same, in steps so small that no more is lost than with bfloat16
  bfloat16       ///< as they are, rounded
};

/// Some outputs' weights, packed as [bytes of a row / 4][kOutputs][4 bytes]; as [columns / 2]
/// [kOutputs][2] where only they are int8.
struct WeightBlock {
  std::byte* numbers = nullptr;
  float* scales = nullptr;       ///< of each output: what a step of int8 or int16 is
  std::int32_t* sums = nullptr;  ///< of each output's numbers in int8
};

/// Rows of inputs. In int8 a number is (numbers - zero) * step, in int16 numbers * step, and a row
/// has its own step.
struct InputRows {
  std::byte* numbers = nullptr;
  std::size_t row_bytes = 0;
  float* steps = nullptr;
  std::int32_t* zeros = nullptr;
};

/// Where a tile's outputs go.
struct OutputRows {
  float* numbers = nullptr;  ///< [rows][kOutputs]
  std::size_t stride = 0;    ///< from row to row
  Finish finish = Finish::store;
};

/// The inner loops of linear layers, for processors that add up four products of int8 or two of
/// int16 at once (AVX512-VNNI), or two of bfloat16 (AVX512-BF16). Columns are a multiple of 16.
struct LayerTiles {
  static constexpr std::size_t kOutputs = 64;  ///< of a block
  static constexpr std::size_t kRows = 6;      ///< as many as registers have room for

  static constexpr std::size_t kLargestInputBytes = 2;

  std::size_t weight_bytes = 0;
  std::size_t input_bytes = 0;

  /// Packs kOutputs rows of weights. In int8 each row's largest number becomes 127.
  void (*pack)(const float* rows, std::size_t columns, const WeightBlock& to);
  /// The same of float16 numbers, which may be unaligned.
  void (*pack_halves)(const std::byte* rows, std::size_t columns, const WeightBlock& to);
  /// Packs a row of inputs. In int8 its whole range becomes 0 ... 255, and zero itself is exact.
  void (*read)(const float* from, std::size_t columns, const InputRows& to, std::size_t row);

  /// Of rows `first` to `first + rows`, at most kRows, by a block. @param bias of its outputs
  void (*multiply)(const InputRows& inputs, std::size_t first, std::size_t rows,
                   const WeightBlock& block, const float* bias, const OutputRows& to);

  /// to = from with mean 0 and variance 1, times gamma, plus beta.
  void (*normalize)(const float* from, const float* gamma, const float* beta, std::size_t columns,
                    float* to);
};

/// Nothing where the processor has no such instructions.
[[nodiscard]] const LayerTiles* layer_tiles(TileFormat format);

}  // namespace whisper
