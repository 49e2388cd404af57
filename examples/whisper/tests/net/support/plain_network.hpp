// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"

#include <span>
#include <string>
#include <vector>

namespace whisper::testing {

/// A matrix, row by row.
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<float> values = {};

  Matrix(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), values(row_count * column_count) {}
  [[nodiscard]] float& at(std::size_t row, std::size_t column) {
    return values[row * columns + column];
  }
  [[nodiscard]] float at(std::size_t row, std::size_t column) const {
    return values[row * columns + column];
  }
  [[nodiscard]] std::span<const float> row(std::size_t index) const {
    return std::span{values}.subspan(index * columns, columns);
  }
};

/// The toy network, computed with plain loops: what the fast one is to agree with.
/// The encoder's output: a row a position.
[[nodiscard]] Matrix plain_encode(const MelWindow& window);

/// What the decoder makes of a text.
struct PlainText {
  Matrix scores;                  ///< a row a token
  std::vector<Matrix> attention;  ///< [layer * heads + head]: cross attention, before the softmax
};
[[nodiscard]] PlainText plain_decode(const Matrix& encoded, std::span<const int> tokens);

}  // namespace whisper::testing
