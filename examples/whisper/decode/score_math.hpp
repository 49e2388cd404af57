// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace whisper {

// Loops over a row of scores: some 50,000 numbers a token. They use the processor's wide registers
// where it has them, and run everywhere. Nothing here allocates, unless it says so.

/// A token and how it was scored.
struct ScoredToken {
  int token = 0;
  float score = 0;
};

/// The highest score; minus infinity for none.
[[nodiscard]] float highest_score(std::span<const float> scores);

/// The first token with the highest score; 0 for none.
[[nodiscard]] ScoredToken best_token(std::span<const float> scores);

/// `best` = the `count` tokens with the highest scores, the highest first. Allocates nothing if
/// `best` has room for `count` + 1.
void best_tokens(std::span<const float> scores, std::size_t count, std::vector<ScoredToken>& best);

/// The sum of e^((score - shift) * scale), for a shift that is no lower than the scores.
[[nodiscard]] double sum_of_exponentials(std::span<const float> scores, float shift,
                                         float scale = 1);

/// The logarithm of the sum of e^score; minus infinity if all are.
[[nodiscard]] float log_sum_of_exponentials(std::span<const float> scores);

/// What makes scores logarithms of probabilities: log p = (score - highest) - log_sum, in the order
/// in which PyTorch subtracts.
struct LogNormalizer {
  float highest = 0;
  float log_sum = 0;

  explicit LogNormalizer(std::span<const float> scores);
  [[nodiscard]] float operator()(float score) const noexcept { return (score - highest) - log_sum; }
};

/// Draws a token with the probability that its score has at this temperature.
/// @param uniform what decides: evenly distributed from 0 to below 1.
[[nodiscard]] int draw_token(std::span<const float> scores, float temperature, double uniform);

}  // namespace whisper
