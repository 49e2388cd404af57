// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace whisper {

/// A matrix of weights, laid out so that it is multiplied quickly: in panels of 16 rows.
///
/// Ownership: a value.
/// Threads: immutable.
/// Errors: none.
class PackedMatrix {
 public:
  static constexpr std::size_t kPanel = 16;

  PackedMatrix() = default;
  /// @pre weights.size() == rows * columns, row-major
  PackedMatrix(std::span<const float> weights, std::size_t rows, std::size_t columns);

  /// How many numbers of a result there must be room for: the rows, up to whole panels.
  [[nodiscard]] std::size_t padded_rows() const noexcept { return panels_ * kPanel; }
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }

  /// Adds to each of `results` the product with the vector at the same place of `vectors`; with
  /// the widest instructions that the processor has.
  void add_products(std::span<const float* const> vectors, std::span<float* const> results) const;

 private:
  std::size_t panels_ = 0;
  std::size_t columns_ = 0;
  std::vector<float> weights_;  // [panel][column][row of the panel]
};

}  // namespace whisper
