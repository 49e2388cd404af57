// SPDX-License-Identifier: Apache-2.0
#include "net/quantized_rows.hpp"

#include "net/large_pages.hpp"
#include "net/thread_team.hpp"

#include <algorithm>
#include <cmath>

namespace whisper {
namespace {

// The row's largest number becomes 127.
float quantize_row(const float* from, std::int64_t count, std::int8_t* to) {
  constexpr float kLargest = 127;
  float most = 0;
  for (std::int64_t i = 0; i < count; ++i) most = std::max(most, std::fabs(from[i]));
  const auto scale = most > 0 ? most / kLargest : 1.0F;
  for (std::int64_t i = 0; i < count; ++i) {
    to[i] = static_cast<std::int8_t>(std::nearbyint(from[i] / scale));
  }
  return scale;
}

}  // namespace

QuantizedRows::QuantizedRows(std::int64_t rows, std::int64_t columns)
    : numbers(empty_weights({rows, columns}, at::kChar)), scales(at::empty({rows}, at::kFloat)) {}

void QuantizedRows::put(std::int64_t first, const at::Tensor& rows) {
  constexpr std::int64_t kRowsAtOnce = 64;
  const auto columns = numbers.size(1);
  const auto* from = rows.const_data_ptr<float>();
  auto* to = numbers.mutable_data_ptr<std::int8_t>() + first * columns;
  auto* scale = scales.mutable_data_ptr<float>() + first;
  share_rows(rows.size(0), kRowsAtOnce, [&](std::int64_t begin, std::int64_t end) {
    for (auto row = begin; row < end; ++row) {
      scale[row] = quantize_row(from + row * columns, columns, to + row * columns);
    }
  });
}

}  // namespace whisper
