// SPDX-License-Identifier: Apache-2.0
#include "net/packed_inputs.hpp"

#include <algorithm>

namespace whisper {
namespace {

template <typename Number>
void grow(std::vector<Number>& numbers, std::size_t count) {
  numbers.resize(std::max(numbers.size(), count));
}

}  // namespace

void PackedInputs::reserve(std::size_t rows, std::size_t columns) {
  grow(numbers_, rows * columns * LayerTiles::kLargestInputBytes);
  grow(normalized_, columns);
  grow(steps_, rows);
  grow(zeros_, rows);
}

InputRows PackedInputs::read(const LayerTiles& tiles, const float* x, std::size_t rows,
                             std::size_t columns, const LayerNorm* norm) {
  reserve(rows, columns);
  const InputRows packed{numbers_.data(), columns * tiles.input_bytes, steps_.data(),
                         zeros_.data()};
  for (std::size_t row = 0; row < rows; ++row) {
    const float* from = x + row * columns;
    if (norm != nullptr) {
      tiles.normalize(from, norm->gamma.const_data_ptr<float>(), norm->beta.const_data_ptr<float>(),
                      columns, normalized_.data());
      from = normalized_.data();
    }
    tiles.read(from, columns, packed, row);
  }
  return packed;
}

}  // namespace whisper
