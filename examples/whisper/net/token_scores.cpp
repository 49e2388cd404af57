// SPDX-License-Identifier: Apache-2.0
#include "net/token_scores.hpp"

#include "decode/score_math.hpp"
#include "net/int8_tiles.hpp"
#include "net/large_pages.hpp"
#include "net/thread_team.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace whisper {
namespace {

constexpr std::int64_t kRows = Int8Tiles::kRows;
constexpr std::int64_t kBlocksAtOnce = 16;
// A token this far below the best one has a chance of 1 in 3,000, and a rough score will do.
constexpr float kNear = 8;

constexpr std::size_t size(std::int64_t count) { return static_cast<std::size_t>(count); }

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
  blocks_ = empty_weights({blocks, kRows * width}, at::kChar);
  scales_ = at::empty({blocks * kRows}, at::kFloat);
  sums_ = at::empty({blocks * kRows}, at::kInt);
  share_rows(blocks, kBlocksAtOnce, [&](std::int64_t begin, std::int64_t end) {
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

/// Scores in two stages: all tokens roughly, block by block, and then the near ones of each row.
///
/// Ownership: borrows everything but the quantised inputs.
/// Threads: confined, but for its units.
/// Errors: none.
class TokenScores::Work final : public StagedWork {
 public:
  Work(const TokenScores& of, std::span<const float> hidden, float* scores)
      : of_(of),
        width_(size(of.rows_.size(1))),
        vocabulary_(size(of.rows_.size(0))),
        hidden_(hidden),
        scores_(scores),
        inputs_(hidden.size()),
        steps_(hidden.size() / width_) {
    for (std::size_t row = 0; row < steps_.size(); ++row) {
      steps_[row] = int8_tiles()->quantize(hidden.data() + row * width_, width_,
                                           inputs_.data() + row * width_);
    }
  }

 private:
  static constexpr std::size_t kBlocksOfUnit = size(kBlocksAtOnce);

  [[nodiscard]] std::size_t stages() const override { return 2; }
  [[nodiscard]] std::size_t units(std::size_t stage) const override {
    const auto blocks = size(of_.blocks_.size(0));
    return stage == 0 ? (blocks + kBlocksOfUnit - 1) / kBlocksOfUnit : steps_.size();
  }
  void run(std::size_t stage, std::size_t unit, std::size_t /*worker*/) noexcept override {
    if (stage == 1) return score_exactly(unit);
    const auto end = std::min((unit + 1) * kBlocksOfUnit, size(of_.blocks_.size(0)));
    for (auto block = unit * kBlocksOfUnit; block < end; ++block) score_roughly(block);
  }

  void score_roughly(std::size_t block) {
    std::array<float, size(kRows)> some;
    const auto first = block * size(kRows);
    const auto count = std::min(size(kRows), vocabulary_ - first);
    for (std::size_t row = 0; row < steps_.size(); ++row) {
      int8_tiles()->multiply(of_.blocks_.const_data_ptr<std::int8_t>() + first * width_,
                             of_.scales_.const_data_ptr<float>() + first,
                             of_.sums_.const_data_ptr<std::int32_t>() + first, width_,
                             inputs_.data() + row * width_, steps_[row], some.data());
      std::copy_n(some.begin(), count, scores_ + row * vocabulary_ + first);
    }
  }

  void score_exactly(std::size_t row) {
    constexpr std::size_t kAtOnce = 256;
    const std::span scores{scores_ + row * vocabulary_, vocabulary_};
    const float least = highest_score(scores) - kNear;
    for (std::size_t from = 0; from < vocabulary_; from += kAtOnce) {
      const auto end = std::min(from + kAtOnce, vocabulary_);
      if (highest_score(scores.subspan(from, end - from)) < least) continue;
      for (auto token = from; token < end; ++token) {
        if (scores[token] < least) continue;
        scores[token] = int8_tiles()->dot(halves_of(of_.rows_) + token * width_,
                                          hidden_.data() + row * width_, width_);
      }
    }
  }

  const TokenScores& of_;
  std::size_t width_;
  std::size_t vocabulary_;
  std::span<const float> hidden_;
  float* scores_;
  std::vector<std::uint8_t> inputs_;
  std::vector<float> steps_;  // one number of each row's input
};

at::Tensor TokenScores::of(const at::Tensor& hidden) const {
  const auto input = hidden.contiguous();
  auto scores = at::empty({input.size(0), rows_.size(0)}, at::kFloat);
  put({input.const_data_ptr<float>(), size(input.numel())}, scores.mutable_data_ptr<float>());
  return scores;
}

void TokenScores::put(std::span<const float> hidden, float* scores) const {
  Work work{*this, hidden, scores};
  thread_team().run(work);
}

}  // namespace whisper
