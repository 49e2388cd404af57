// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace whisper {

/// A float16 number's bits.
using Half = std::uint16_t;

/// What becomes of a product.
enum class Product {
  store,
  add,  ///< to what is there
  gelu  ///< its exact GELU is stored
};

/// The inner loops of a decoder's step, for processors with AVX512. Keys and values of the text are
/// float16, weights float16 or int8; all else is float32.
struct StepKernels {
  static constexpr std::size_t kOutputs = 64;  ///< of a block of weights; and the width of a head

  /// Weights [kOutputs][columns] as a block: [columns][kOutputs].
  void (*pack)(const Half* weights, std::size_t columns, Half* block);

  /// The same in int8: each output's largest weight becomes 127. Columns are a multiple of 16.
  /// @param scales of the outputs: what a step of int8 is
  void (*pack_int8)(const Half* weights, std::size_t columns, std::int8_t* block, float* scales);

  /// to[row][0..kOutputs) = x[row] times the block, and the bias.
  struct Factors {
    const void* block = nullptr;    ///< packed
    const float* scales = nullptr;  ///< of a block in int8; nothing for one in float16
    const float* bias = nullptr;
    std::size_t columns = 0;
    const float* x = nullptr;
    std::size_t x_stride = 0;
    std::size_t rows = 0;
  };
  void (*multiply)(const Factors& factors, Product product, float* to, std::size_t to_stride);

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
