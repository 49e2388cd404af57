// SPDX-License-Identifier: Apache-2.0
#include "decode/score_math.hpp"
#include "decode/token_search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace whisper {

namespace {

/// A beam with one token more.
struct Extension {
  std::size_t source = 0;
  int token = 0;
  float sum_logprob = 0;
};

bool is_more_probable(const Extension& one, const Extension& other) {
  return one.sum_logprob > other.sum_logprob;
}

/// The most probable transcripts grow on. One that ends makes room for another; the search is over
/// when enough have ended.
class BeamSearch final : public TokenSearch {
 public:
  BeamSearch(std::size_t beams, float patience, int end_of_text)
      : end_of_text_(end_of_text),
        enough_(static_cast<std::size_t>(
            std::max(1.0F, std::nearbyint(static_cast<float>(beams) * patience)))),
        beams_(beams),
        sources_(beams) {
    std::iota(sources_.begin(), sources_.end(), std::size_t{0});
    best_.reserve(beams + 2);
  }

  [[nodiscard]] std::size_t rows() const noexcept override { return beams_.size(); }
  [[nodiscard]] std::span<const int> sampled(std::size_t row) const override {
    return beams_[row].tokens;
  }
  [[nodiscard]] bool has_ended(std::size_t /*row*/) const override { return false; }

  void advance(const Logits& scores) override {
    find_extensions(scores);
    keep_best();
  }

  [[nodiscard]] std::span<const std::size_t> sources() const noexcept override { return sources_; }
  [[nodiscard]] bool is_complete() const override { return finished_.size() >= enough_; }

  [[nodiscard]] std::vector<Candidate> candidates() const override {
    std::vector<Candidate> result = finished_;
    std::vector<Candidate> growing = beams_;
    std::stable_sort(growing.begin(), growing.end(), [](const Candidate& a, const Candidate& b) {
      return a.sum_logprob > b.sum_logprob;
    });
    for (std::size_t i = 0; i < growing.size() && result.size() < beams_.size(); ++i) {
      result.push_back(std::move(growing[i]));
    }
    return result;
  }

 private:
  /// While the beams are alike, one of them stands for all.
  void find_extensions(const Logits& scores) {
    extensions_.clear();
    for (std::size_t row = 0; row < scores.rows(); ++row) {
      const auto row_scores = scores.row(row);
      const LogNormalizer normalize{row_scores};
      best_tokens(row_scores, beams_.size() + 1, best_);
      for (const ScoredToken& best : best_) {
        extensions_.push_back({.source = row,
                               .token = best.token,
                               .sum_logprob = beams_[row].sum_logprob + normalize(best.score)});
      }
    }
    std::stable_sort(extensions_.begin(), extensions_.end(), is_more_probable);
  }

  void keep_best() {
    std::vector<Candidate> next;
    next.reserve(beams_.size());
    for (const Extension& extension : extensions_) {
      if (next.size() == beams_.size()) break;
      Candidate grown = beams_[extension.source];
      grown.sum_logprob = extension.sum_logprob;
      if (extension.token == end_of_text_) {
        if (finished_.size() < enough_) finished_.push_back(std::move(grown));
        continue;
      }
      grown.tokens.push_back(extension.token);
      sources_[next.size()] = extension.source;
      next.push_back(std::move(grown));
    }
    beams_ = std::move(next);
  }

  int end_of_text_;
  std::size_t enough_;
  std::vector<Candidate> beams_;
  std::vector<std::size_t> sources_;
  std::vector<Candidate> finished_;
  std::vector<Extension> extensions_;
  std::vector<ScoredToken> best_;
};

}  // namespace

std::unique_ptr<TokenSearch> make_beam_search(std::size_t beams, float patience, int end_of_text) {
  return std::make_unique<BeamSearch>(beams, patience, end_of_text);
}

}  // namespace whisper
