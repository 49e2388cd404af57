// SPDX-License-Identifier: Apache-2.0
#include "decode/score_math.hpp"

#include "decode/network.hpp"
#include "decode/score_kernels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace whisper {

namespace {

constexpr float kNone = -std::numeric_limits<float>::infinity();
constexpr std::size_t kBlock = 512;  // numbers looked at before anything is decided

/// The first token from `from` on whose score is `score`, which one has.
std::size_t position_of(std::span<const float> scores, float score) {
  std::size_t from = 0;
  while (from + kBlock < scores.size() && highest_score(scores.subspan(from, kBlock)) != score) {
    from += kBlock;
  }
  const auto found =
      std::find(scores.begin() + static_cast<std::ptrdiff_t>(from), scores.end(), score);
  return found == scores.end() ? 0 : static_cast<std::size_t>(found - scores.begin());
}

void insert_token(std::vector<ScoredToken>& best, std::size_t count, ScoredToken token) {
  const auto place =
      std::upper_bound(best.begin(), best.end(), token.score,
                       [](float score, const ScoredToken& other) { return score > other.score; });
  best.insert(place, token);
  if (best.size() > count) best.pop_back();
}

}  // namespace

float highest_score(std::span<const float> scores) {
  return score_kernels().highest(scores.data(), scores.size());
}

ScoredToken best_token(std::span<const float> scores) {
  const float score = highest_score(scores);
  return {.token = static_cast<int>(position_of(scores, score)), .score = score};
}

void best_tokens(std::span<const float> scores, std::size_t count, std::vector<ScoredToken>& best) {
  best.clear();
  for (std::size_t from = 0; from < scores.size(); from += kBlock) {
    const auto block = scores.subspan(from, std::min(kBlock, scores.size() - from));
    if (best.size() == count && !(highest_score(block) > best.back().score)) continue;
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (best.size() < count || block[i] > best.back().score) {
        insert_token(best, count, {.token = static_cast<int>(from + i), .score = block[i]});
      }
    }
  }
}

double sum_of_exponentials(std::span<const float> scores, float shift, float scale) {
  return score_kernels().sum_of_exponentials(scores.data(), scores.size(), shift, scale);
}

LogNormalizer::LogNormalizer(std::span<const float> scores) : highest(highest_score(scores)) {
  if (highest == kNone) highest = 0;
  log_sum = static_cast<float>(std::log(sum_of_exponentials(scores, highest)));
}

float log_sum_of_exponentials(std::span<const float> scores) {
  if (highest_score(scores) == kNone) return kNone;
  const LogNormalizer normalizer{scores};
  return normalizer.highest + normalizer.log_sum;
}

int draw_token(std::span<const float> scores, float temperature, double uniform) {
  const float scale = 1 / temperature;
  const float highest = highest_score(scores);
  double left = uniform * sum_of_exponentials(scores, highest, scale);
  int last_possible = 0;
  for (std::size_t from = 0; from < scores.size(); from += kBlock) {
    const auto block = scores.subspan(from, std::min(kBlock, scores.size() - from));
    const double sum = sum_of_exponentials(block, highest, scale);
    if (left < sum) {
      for (std::size_t i = 0; i < block.size(); ++i) {
        if (block[i] == kNone) continue;
        last_possible = static_cast<int>(from + i);
        left -= std::exp(static_cast<double>((block[i] - highest) * scale));
        if (left < 0) return last_possible;
      }
    }
    left -= sum;
  }
  return best_token(scores).token;  // what rounding left over goes to the best
}

void log_softmax(std::span<const float> logits, std::span<float> to) {
  const LogNormalizer normalizer{logits};
  score_kernels().subtract(logits.data(), logits.size(), normalizer.highest, normalizer.log_sum,
                           to.data());
}

}  // namespace whisper
