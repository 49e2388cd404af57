// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace whisper {

/// A bfloat16 number's bits: the upper half of a float's.
using Bfloat16 = std::uint16_t;

/// The inner loops of attention in bfloat16, for processors that multiply pairs of such numbers
/// (AVX512-BF16). Sums are float32.
///
/// "Paired" is the layout that those instructions want: numbers of an odd row stand beside those of
/// the even row above, [rows / 2][kTileColumns][2].
struct Bfloat16Tiles {
  static constexpr std::size_t kRows = 6;      ///< of a tile: as many as registers have room for
  static constexpr std::size_t kColumns = 64;  ///< of a tile

  /// c [rows][c_stride] = a [rows][a_stride] times a paired b of 2 * `pairs` rows, for up to kRows.
  void (*multiply)(std::size_t rows, const Bfloat16* a, std::size_t a_stride, const Bfloat16* b,
                   std::size_t pairs, float* c, std::size_t c_stride);

  /// weights[i] = e^((scores[i] - their maximum) * scale) for i < count, and 0 up to `padded`, a
  /// multiple of 32. Returns the sum of the weights.
  float (*soften)(const float* scores, std::size_t count, std::size_t padded, float scale,
                  Bfloat16* weights);

  /// to[i] = from[i], for kColumns numbers.
  void (*round)(const float* from, Bfloat16* to);
};

/// Nothing where the processor has no such instructions.
[[nodiscard]] const Bfloat16Tiles* bfloat16_tiles();

}  // namespace whisper
