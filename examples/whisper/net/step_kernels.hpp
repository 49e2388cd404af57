// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/layer_tiles.hpp"

#include <cstddef>
#include <cstdint>

namespace whisper {

/// A float16 number's bits.
using Half = std::uint16_t;

/// The inner loops of a decoder's step, for processors with AVX512. Keys and values of the text and
/// weights are float16; all else is float32.
struct StepKernels {
  static constexpr std::size_t kOutputs = 64;  ///< of a block of weights; and the width of a head

  /// Weights [kOutputs][columns] as a block: [columns][kOutputs].
  void (*pack)(const Half* weights, std::size_t columns, Half* block);

  /// What becomes of rows of x times the block, and the bias. A GELU is exact.
  struct Factors {
    const Half* block = nullptr;  ///< packed
    const float* bias = nullptr;
    std::size_t columns = 0;
    const float* x = nullptr;  ///< [rows][columns]
    std::size_t rows = 0;
  };
  void (*multiply)(const Factors& factors, const OutputRows& to);

  /// Layer normalisation of one row; `width` is a multiple of 16.
  void (*normalize)(const float* x, const float* gamma, const float* beta, std::size_t width,
                    float* to);

  /// softmax(query keys^T / sqrt(kOutputs)) values of one head. Key i stands at `rows[i]` + `keys`,
  /// its value at `rows[i]` + `values`.
  /// @param weights room for `count` numbers and 16 more
  struct Seen {
    const Half* const* rows = nullptr;
    std::size_t count = 0;
    std::size_t keys = 0;
    std::size_t values = 0;
  };
  void (*attend)(const float* query, const Seen& seen, float* weights, float* to);

  /// to[i] = from[i] for kOutputs numbers.
  void (*to_half)(const float* from, Half* to);
  /// to[i] = from[i] + plus[i]; `count` is a multiple of 16.
  void (*from_half)(const Half* from, const float* plus, std::size_t count, float* to);
};

/// Nothing where the processor has no such instructions.
[[nodiscard]] const StepKernels* step_kernels();

}  // namespace whisper
