// SPDX-License-Identifier: Apache-2.0
#include "net/token_scores.hpp"

#include "net/int8_tiles.hpp"

#include <ATen/Parallel.h>
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace whisper {
namespace {

constexpr std::int64_t kRows = Int8Tiles::kRows;
// A token this far below the best one has a chance of 1 in 3,000, and a rough score will do.
constexpr float kNear = 8;

std::size_t size(std::int64_t count) { return static_cast<std::size_t>(count); }

const std::uint16_t* halves_of(const at::Tensor& rows) {
  return static_cast<const std::uint16_t*>(rows.const_data_ptr());
}

}  // namespace

bool TokenScores::are_possible(std::int64_t width) {
  return int8_tiles() != nullptr && width % kRows == 0;
}

TokenScores::TokenScores(at::Tensor rows) : rows_(std::move(rows)) {
  const auto width = rows_.size(1);
  const auto blocks = (rows_.size(0) + kRows - 1) / kRows;
  blocks_ = at::empty({blocks, kRows * width}, at::kChar);
  scales_ = at::empty({blocks * kRows}, at::kFloat);
  sums_ = at::empty({blocks * kRows}, at::kInt);
  at::parallel_for(0, blocks, 16, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::uint16_t> last;
    for (auto block = begin; block < end; ++block) {
      const auto first = block * kRows;
      const auto* from = halves_of(rows_) + first * width;
      const auto count = std::min(kRows, rows_.size(0) - first);
      if (count < kRows) {  // the rest is zeros
        last.assign(size(kRows * width), 0);
        std::copy_n(from, count * width, last.begin());
        from = last.data();
      }
      int8_tiles()->pack(from, size(width), blocks_.mutable_data_ptr<std::int8_t>() + first * width,
                         scales_.mutable_data_ptr<float>() + first,
                         sums_.mutable_data_ptr<std::int32_t>() + first);
    }
  });
}

at::Tensor TokenScores::of(const at::Tensor& hidden) const {
  const auto input = hidden.contiguous();
  auto scores = at::empty({input.size(0), rows_.size(0)}, at::kFloat);
  score_roughly(input.const_data_ptr<float>(), input.size(0), scores.mutable_data_ptr<float>());
  at::parallel_for(0, input.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
    for (auto row = begin; row < end; ++row) {
      score_exactly(input.const_data_ptr<float>() + row * input.size(1),
                    scores.mutable_data_ptr<float>() + row * rows_.size(0));
    }
  });
  return scores;
}

void TokenScores::score_roughly(const float* hidden, std::int64_t n, float* scores) const {
  const auto width = rows_.size(1);
  const auto vocabulary = rows_.size(0);
  std::vector<std::uint8_t> inputs(size(n * width));
  std::vector<float> steps(size(n));
  for (std::int64_t row = 0; row < n; ++row) {
    steps[size(row)] =
        int8_tiles()->quantize(hidden + row * width, size(width), inputs.data() + row * width);
  }
  at::parallel_for(0, blocks_.size(0), 64, [&](std::int64_t begin, std::int64_t end) {
    std::array<float, kRows> some;
    for (auto block = begin; block < end; ++block) {
      const auto first = block * kRows;
      const auto count = std::min(kRows, vocabulary - first);
      for (std::int64_t row = 0; row < n; ++row) {
        int8_tiles()->multiply(blocks_.const_data_ptr<std::int8_t>() + first * width,
                               scales_.const_data_ptr<float>() + first,
                               sums_.const_data_ptr<std::int32_t>() + first, size(width),
                               inputs.data() + row * width, steps[size(row)], some.data());
        std::copy_n(some.begin(), count, scores + row * vocabulary + first);
      }
    }
  });
}

void TokenScores::score_exactly(const float* hidden, float* scores) const {
  const auto vocabulary = rows_.size(0);
  const auto width = rows_.size(1);
  const float least = *std::max_element(scores, scores + vocabulary) - kNear;
  for (std::int64_t token = 0; token < vocabulary; ++token) {
    if (scores[token] < least) continue;
    scores[token] = int8_tiles()->dot(halves_of(rows_) + token * width, hidden, size(width));
  }
}

}  // namespace whisper
