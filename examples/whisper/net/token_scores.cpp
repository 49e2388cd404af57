// SPDX-License-Identifier: Apache-2.0
#include "net/token_scores.hpp"

#include "decode/score_math.hpp"
#include "net/large_pages.hpp"
#include "net/thread_team.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace whisper {
namespace {

constexpr std::int64_t kRows = Int4Tiles::kRows;
constexpr std::int64_t kBlocksAtOnce = 16;
// A token this far below the best one has a chance of 1 in 160,000, and a rough score will do.
constexpr float kNear = 12;

constexpr std::size_t size(std::int64_t count) { return static_cast<std::size_t>(count); }

const std::uint16_t* halves_of(const at::Tensor& rows) {
  return static_cast<const std::uint16_t*>(rows.const_data_ptr());
}

}  // namespace

bool TokenScores::are_possible(std::int64_t width) {
  return int4_tiles() != nullptr && width % kRows == 0;
}

// Half of what the norm makes of a column is left to the inputs: a column of which weights are much
// larger than the others' would cost these their exactness.
TokenScores::TokenScores(at::Tensor rows, const LayerNorm& norm)
    : rows_(std::move(rows)),
      sizes_(norm.gamma.to(at::kFloat).abs().clamp_min(1e-6).sqrt()),
      means_(norm.beta.to(at::kFloat)) {
  const auto width = rows_.size(1);
  const auto blocks = (rows_.size(0) + kRows - 1) / kRows;
  blocks_ = empty_weights({blocks, kRows * width / 2}, at::kByte);
  steps_ = at::empty({blocks * kRows}, at::kFloat);
  biases_ = at::empty({blocks * kRows}, at::kFloat);
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
      int4_tiles()->pack(from, columns(), block_at(block));
    }
  });
}

Int4Tiles::Block TokenScores::block_at(std::int64_t block) const {
  return {.numbers = static_cast<std::byte*>(blocks_.data_ptr()) + block * blocks_.size(1),
          .steps = steps_.data_ptr<float>() + block * kRows,
          .biases = biases_.data_ptr<float>() + block * kRows};
}

Int4Tiles::Columns TokenScores::columns() const {
  return {.sizes = sizes_.const_data_ptr<float>(),
          .means = means_.const_data_ptr<float>(),
          .count = size(rows_.size(1))};
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
        numbers_(hidden.size()),
        inputs_(hidden.size() / width_),
        highest_(inputs_.size() * parts()) {
    for (std::size_t row = 0; row < inputs_.size(); ++row) {
      const auto first = row * width_;
      inputs_[row] =
          int4_tiles()->quantize(hidden.data() + first, of.columns(), numbers_.data() + first);
    }
  }

 private:
  static constexpr std::size_t kTokensOfPart = size(kBlocksAtOnce * kRows);

  [[nodiscard]] std::size_t parts() const {
    return (vocabulary_ + kTokensOfPart - 1) / kTokensOfPart;
  }
  [[nodiscard]] std::size_t stages() const override { return 2; }
  [[nodiscard]] std::size_t units(std::size_t /*stage*/) const override { return parts(); }
  void run(std::size_t stage, std::size_t part, std::size_t /*worker*/) noexcept override {
    const auto begin = part * kTokensOfPart;
    const auto end = std::min(begin + kTokensOfPart, vocabulary_);
    if (stage == 0) {
      for (auto first = begin; first < end; first += size(kRows)) score_roughly(first);
    }
    for (std::size_t row = 0; row < inputs_.size(); ++row) {
      const std::span some{scores_ + row * vocabulary_ + begin, end - begin};
      if (stage == 0) {
        highest_[row * parts() + part] = highest_score(some);
      } else {
        score_exactly(row, begin, some);
      }
    }
  }

  void score_roughly(std::size_t first) {
    const auto block = of_.block_at(static_cast<std::int64_t>(first) / kRows);
    const auto count = std::min(size(kRows), vocabulary_ - first);
    std::array<float, Int4Tiles::kInputs * size(kRows)> last;  // of which not all are wanted
    for (std::size_t row = 0; row < inputs_.size(); row += Int4Tiles::kInputs) {
      const auto rows = std::min(Int4Tiles::kInputs, inputs_.size() - row);
      auto* const to = scores_ + row * vocabulary_ + first;
      const bool whole = count == size(kRows);
      int4_tiles()->multiply(block, width_, numbers_.data() + row * width_, inputs_.data() + row,
                             rows, whole ? to : last.data(), whole ? vocabulary_ : size(kRows));
      for (std::size_t i = 0; !whole && i < rows; ++i) {
        std::copy_n(last.data() + i * size(kRows), count, to + i * vocabulary_);
      }
    }
  }

  void score_exactly(std::size_t row, std::size_t first, std::span<float> scores) {
    constexpr std::size_t kAtOnce = 64;
    const std::span highest{highest_.data() + row * parts(), parts()};
    const float least = highest_score(highest) - kNear;
    if (highest[first / kTokensOfPart] < least) return;
    for (std::size_t i = 0; i < scores.size(); i += kAtOnce) {
      const auto some = scores.subspan(i, std::min(kAtOnce, scores.size() - i));
      if (highest_score(some) >= least) score_exactly(row, first + i, some, least);
    }
  }

  void score_exactly(std::size_t row, std::size_t first, std::span<float> scores, float least) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (scores[i] < least) continue;
      scores[i] = int4_tiles()->dot(halves_of(of_.rows_) + (first + i) * width_,
                                    hidden_.data() + row * width_, width_);
    }
  }

  const TokenScores& of_;
  std::size_t width_;
  std::size_t vocabulary_;
  std::span<const float> hidden_;
  float* scores_;
  std::vector<std::byte> numbers_;
  std::vector<Int4Tiles::Input> inputs_;
  std::vector<float> highest_;  // rough score of each row's parts
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
