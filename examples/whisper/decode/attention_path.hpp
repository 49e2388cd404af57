// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace whisper {

/// A matrix in one piece: row r is values[r * columns] and on.
struct AttentionMap {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<float> values = {};

  [[nodiscard]] std::span<float> row(std::size_t index) {
    return {values.data() + index * columns, columns};
  }
  [[nodiscard]] std::span<const float> row(std::size_t index) const {
    return {values.data() + index * columns, columns};
  }
};

/// Each row becomes its softmax.
void soften_rows(AttentionMap& map);

/// Each column gets the mean 0 and the deviation 1; one without deviation becomes 0.
void standardize_columns(AttentionMap& map);

/// Adds to `sum` the median of each number of `row` and its three neighbours on either side, the
/// row being reflected at its ends. A row of three or less is added as it is. Same sizes.
void add_median_filtered(std::span<const float> row, std::span<float> sum);

/// Dynamic time warping: of all paths from the first cell to the last one that only go right, down,
/// or both, takes the one with the greatest sum, and tells for each row in which column it begins.
[[nodiscard]] std::vector<std::size_t> path_starts(const AttentionMap& map);

}  // namespace whisper
