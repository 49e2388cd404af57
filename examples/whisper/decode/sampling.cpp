// SPDX-License-Identifier: Apache-2.0
#include "decode/score_math.hpp"
#include "decode/token_search.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>

namespace whisper {

namespace {

/// Transcripts that grow independently of each other.
class Sampling final : public TokenSearch {
 public:
  Sampling(const DecodingOptions& options, int end_of_text)
      : temperature_(options.temperature),
        end_of_text_(end_of_text),
        random_(options.seed),
        rows_(static_cast<std::size_t>(options.temperature > 0 ? std::max(options.best_of, 1) : 1)),
        sources_(rows_.size()) {
    std::iota(sources_.begin(), sources_.end(), std::size_t{0});
  }

  [[nodiscard]] std::size_t rows() const noexcept override { return rows_.size(); }
  [[nodiscard]] std::span<const int> sampled(std::size_t row) const override {
    return rows_[row].tokens;
  }
  [[nodiscard]] bool has_ended(std::size_t row) const override {
    return !rows_[row].tokens.empty() && rows_[row].tokens.back() == end_of_text_;
  }

  void advance(const Logits& scores) override {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (has_ended(row)) {
        rows_[row].tokens.push_back(end_of_text_);  // so that all rows are as long
      } else {
        grow(rows_[row], scores.row(scores.rows() == 1 ? 0 : row));
      }
    }
  }

  [[nodiscard]] std::span<const std::size_t> sources() const noexcept override { return sources_; }

  [[nodiscard]] bool is_complete() const override {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (!has_ended(row)) return false;
    }
    return true;
  }

  [[nodiscard]] std::vector<Candidate> candidates() const override {
    std::vector<Candidate> result = rows_;
    for (Candidate& candidate : result) {
      std::erase(candidate.tokens, end_of_text_);
    }
    return result;
  }

 private:
  void grow(Candidate& row, std::span<const float> scores) {
    const int token = temperature_ == 0 ? best_token(scores).token
                                        : draw_token(scores, temperature_, next_uniform());
    row.sum_logprob += LogNormalizer{scores}(scores[static_cast<std::size_t>(token)]);
    row.tokens.push_back(token);
  }

  /// The standard library's distributions differ from one to the other; this does not.
  double next_uniform() { return static_cast<double>(random_() >> 11U) * 0x1.0p-53; }

  float temperature_;
  int end_of_text_;
  std::mt19937_64 random_;
  std::vector<Candidate> rows_;
  std::vector<std::size_t> sources_;
};

}  // namespace

std::unique_ptr<TokenSearch> make_sampling(const DecodingOptions& options, int end_of_text) {
  return std::make_unique<Sampling>(options, end_of_text);
}

}  // namespace whisper
