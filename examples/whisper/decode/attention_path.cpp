// SPDX-License-Identifier: Apache-2.0
#include "decode/attention_path.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

namespace whisper {

namespace {

constexpr std::size_t kReach = 3;   // neighbours of a median, on either side
constexpr std::size_t kLanes = 32;  // medians taken together, so that compilers use vectors
using Lanes = std::array<float, kLanes>;

void sort(Lanes& a, Lanes& b) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    const float low = a[i] < b[i] ? a[i] : b[i];
    b[i] = a[i] < b[i] ? b[i] : a[i];
    a[i] = low;
  }
}

// The shortest sorting network that gets the fourth of seven right.
void add_medians(const float* first, float* sum) {
  std::array<Lanes, 2 * kReach + 1> p;
  for (std::size_t k = 0; k < p.size(); ++k) std::copy_n(first + k, kLanes, p[k].begin());
  sort(p[0], p[5]);
  sort(p[0], p[3]);
  sort(p[1], p[6]);
  sort(p[2], p[4]);
  sort(p[0], p[1]);
  sort(p[3], p[5]);
  sort(p[2], p[6]);
  sort(p[2], p[3]);
  sort(p[3], p[6]);
  sort(p[4], p[5]);
  sort(p[1], p[4]);
  sort(p[1], p[3]);
  sort(p[3], p[4]);
  for (std::size_t i = 0; i < kLanes; ++i) sum[i] += p[3][i];
}

enum class Step : std::uint8_t { both, down, right };

struct Choice {
  float cost;
  Step step;
};

// Ties go right, as in OpenAI's implementation.
Choice cheapest(float both, float down, float right) {
  if (both < down && both < right) return {both, Step::both};
  if (down < both && down < right) return {down, Step::down};
  return {right, Step::right};
}

std::vector<Step> cheapest_steps(const AttentionMap& map) {
  constexpr float kNever = std::numeric_limits<float>::infinity();
  std::vector<Step> steps(map.rows * map.columns);
  std::vector<float> above(map.columns + 1, kNever);  // costs of the row before; [0] is the border
  std::vector<float> costs(map.columns + 1, kNever);
  above[0] = 0;
  for (std::size_t r = 0; r < map.rows; ++r) {
    const auto gains = map.row(r);
    costs[0] = kNever;
    for (std::size_t c = 0; c < map.columns; ++c) {
      const auto choice = cheapest(above[c], above[c + 1], costs[c]);
      costs[c + 1] = choice.cost - gains[c];
      steps[r * map.columns + c] = choice.step;
    }
    std::swap(above, costs);
  }
  return steps;
}

}  // namespace

void soften_rows(AttentionMap& map) {
  for (std::size_t r = 0; r < map.rows; ++r) {
    const auto row = map.row(r);
    const float top = *std::ranges::max_element(row);
    float sum = 0;
    for (float& value : row) {
      value = std::exp(value - top);
      sum += value;
    }
    for (float& value : row) value /= sum;
  }
}

void standardize_columns(AttentionMap& map) {
  std::vector<double> means(map.columns, 0);
  std::vector<double> scales(map.columns, 0);
  const auto rows = static_cast<double>(map.rows);
  for (std::size_t r = 0; r < map.rows; ++r) {
    const auto row = map.row(r);
    for (std::size_t c = 0; c < map.columns; ++c) means[c] += static_cast<double>(row[c]);
  }
  for (double& mean : means) mean /= rows;
  for (std::size_t r = 0; r < map.rows; ++r) {
    const auto row = map.row(r);
    for (std::size_t c = 0; c < map.columns; ++c) {
      const double difference = static_cast<double>(row[c]) - means[c];
      scales[c] += difference * difference;
    }
  }
  for (double& scale : scales) scale = scale > 0 ? 1 / std::sqrt(scale / rows) : 0;
  for (std::size_t r = 0; r < map.rows; ++r) {
    const auto row = map.row(r);
    for (std::size_t c = 0; c < map.columns; ++c) {
      row[c] = static_cast<float>((static_cast<double>(row[c]) - means[c]) * scales[c]);
    }
  }
}

void add_median_filtered(std::span<const float> row, std::span<float> sum) {
  if (row.size() <= kReach) {
    std::ranges::transform(row, sum, sum.begin(), std::plus<>());
    return;
  }
  const std::size_t blocks = (row.size() + kLanes - 1) / kLanes;
  std::vector<float> padded(blocks * kLanes + 2 * kReach, 0);
  std::vector<float> medians(blocks * kLanes, 0);
  std::ranges::copy(row, padded.begin() + kReach);
  for (std::size_t k = 1; k <= kReach; ++k) {
    padded[kReach - k] = row[k];
    padded[kReach + row.size() - 1 + k] = row[row.size() - 1 - k];
  }
  for (std::size_t at = 0; at < medians.size(); at += kLanes) {
    add_medians(padded.data() + at, medians.data() + at);
  }
  std::ranges::transform(sum, medians, sum.begin(), std::plus<>());
}

std::vector<std::size_t> path_starts(const AttentionMap& map) {
  std::vector<std::size_t> starts(map.rows, 0);
  if (map.rows == 0 || map.columns == 0) return starts;
  const auto steps = cheapest_steps(map);
  std::size_t column = map.columns - 1;
  for (std::size_t r = map.rows - 1; r > 0; --r) {
    const auto* const row = steps.data() + r * map.columns;
    while (column > 0 && row[column] == Step::right) --column;
    starts[r] = column;
    if (column > 0 && row[column] == Step::both) --column;
  }
  return starts;
}

}  // namespace whisper
