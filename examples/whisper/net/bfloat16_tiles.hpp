// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace whisper {

/// A bfloat16 number's bits: the upper half of a float's.
using Bfloat16 = std::uint16_t;

/// The inner loops of attention in bfloat16, for processors with AVX512. Sums are float32.
///
/// A block is kColumns by kColumns numbers, "paired" as AVX512-BF16 wants them: numbers of an odd
/// row stand beside those of the even row above, [kColumns / 2][kColumns][2].
struct Bfloat16Tiles {
  static constexpr std::size_t kRows = 6;      ///< of a tile: as many as registers have room for
  static constexpr std::size_t kColumns = 64;  ///< of a tile

  /// Up to kRows rows, and what they give with a block.
  struct Rows {
    const Bfloat16* a = nullptr;
    std::size_t a_stride = 0;
    float* c = nullptr;
    std::size_t c_stride = 0;
    std::size_t count = 0;
  };
  /// c = a times the block.
  void (*multiply)(const Rows& rows, const Bfloat16* block);
  /// c += a times the block.
  void (*multiply_add)(const Rows& rows, const Bfloat16* block);

  /// weights[i] = e^((scores[i] - their maximum) * scale) for i < count, and 0 up to `padded`, a
  /// multiple of 32. Returns the sum of the weights.
  float (*soften)(const float* scores, std::size_t count, std::size_t padded, float scale,
                  Bfloat16* weights);

  /// to[i] = from[i], for kColumns numbers.
  void (*round)(const float* from, Bfloat16* to);
};

/// What multiplies numbers of bfloat16.
enum class Bfloat16Products {
  paired,  ///< AVX512-BF16: two products at once
  widened  ///< float32, which bfloat16 becomes without loss: half as fast
};

/// Nothing where the processor has no such instructions.
[[nodiscard]] const Bfloat16Tiles* bfloat16_tiles(Bfloat16Products products);

/// The fastest that this processor has, or nothing.
[[nodiscard]] const Bfloat16Tiles* bfloat16_tiles();

}  // namespace whisper
