// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace whisper {

/// How a tensor's numbers are stored, little-endian.
enum class Element {
  float32,
  float16,
  bfloat16,
  int8_rows,     ///< int8, row r to be divided by `scales[r]` (CTranslate2)
  int16_scaled,  ///< int16, all to be divided by `scales[0]` (CTranslate2)
  q8_0           ///< ggml: blocks of 32 along the last dimension, each a float16 factor and 32 int8
};

/// A tensor as it lies in a model's file.
///
/// Ownership: a view; the ModelFile that it comes from must outlive it.
/// Threads: immutable.
/// Errors: none.
struct StoredTensor {
  Element element = Element::float32;
  std::vector<std::int64_t> shape = {};    ///< row-major, as in PyTorch
  std::span<const std::byte> bytes = {};   ///< may be unaligned: copy out, never cast
  std::span<const std::byte> scales = {};  ///< float32 per row, for int8_rows; one for int16_scaled

  /// How many numbers it has.
  [[nodiscard]] std::int64_t count() const noexcept {
    std::int64_t product = 1;
    for (const auto extent : shape) product *= extent;
    return product;
  }
};

/// Some rows of a matrix. @pre it has rows `first` to `first + count`
[[nodiscard]] StoredTensor rows_of(const StoredTensor& all, std::int64_t first, std::int64_t count);

/// The tensor's numbers. @pre `to` has room for count() of them.
void copy_as_float32(const StoredTensor& tensor, std::span<float> to);

}  // namespace whisper
