// SPDX-License-Identifier: Apache-2.0
#include "decode/score_math.hpp"

#include "decode/network.hpp"
#include "support/catch.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace {

using namespace whisper;

constexpr float kImpossible = -std::numeric_limits<float>::infinity();

std::vector<float> wavy_scores(std::size_t count) {
  std::vector<float> scores(count);
  for (std::size_t i = 0; i < count; ++i) scores[i] = 10 * std::sin(static_cast<float>(i) * 0.37F);
  return scores;
}

}  // namespace

TEST_CASE("log_softmax gives logarithms of probabilities, for rows of any length", "[whisper]") {
  for (const std::size_t count : {1U, 31U, 32U, 33U, 1000U}) {
    const std::vector<float> scores = wavy_scores(count);
    double sum = 0;
    for (const float score : scores) sum += std::exp(static_cast<double>(score));
    std::vector<float> logs(count);

    log_softmax(scores, logs);

    for (std::size_t i = 0; i < count; ++i) {
      CHECK(static_cast<double>(logs[i]) ==
            Approx(static_cast<double>(scores[i]) - std::log(sum)).margin(1e-5));
    }
  }
}

TEST_CASE("log_softmax works in place, and what is impossible stays so", "[whisper]") {
  std::vector<float> scores{1, kImpossible, 1};

  log_softmax(scores, scores);

  CHECK(scores[0] == Approx(std::log(0.5)));
  CHECK(scores[1] == kImpossible);
  CHECK(scores[2] == scores[0]);
}

TEST_CASE("the best token is the first of those with the highest score", "[whisper]") {
  std::vector<float> scores(2000, -1);
  scores[1200] = 3;
  scores[1999] = 3;

  CHECK(best_token(scores).token == 1200);
  CHECK(best_token(scores).score == 3);
  CHECK(best_token(std::vector<float>(5, kImpossible)).token == 0);
}

TEST_CASE("the best tokens come in the order of their scores", "[whisper]") {
  std::vector<float> scores = wavy_scores(3000);
  scores[5] = 20;
  scores[2999] = 30;
  scores[1000] = 25;
  std::vector<ScoredToken> best;

  best_tokens(scores, 3, best);

  REQUIRE(best.size() == 3);
  CHECK(best[0].token == 2999);
  CHECK(best[1].token == 1000);
  CHECK(best[2].token == 5);
  CHECK(best[2].score == 20);
}

TEST_CASE("the logarithm of a sum of impossible things is impossible", "[whisper]") {
  CHECK(log_sum_of_exponentials(std::vector<float>(40, kImpossible)) == kImpossible);
  CHECK(log_sum_of_exponentials(std::vector<float>{0, 0, 0, 0}) == Approx(std::log(4.0)));
}

TEST_CASE("tokens are drawn as often as they are probable", "[whisper]") {
  std::vector<float> scores(1000, kImpossible);
  scores[3] = std::log(1.0F);
  scores[700] = std::log(3.0F);
  std::map<int, int> drawn;

  for (int i = 0; i < 400; ++i) ++drawn[draw_token(scores, 1, (i + 0.5) / 400)];

  CHECK(drawn.size() == 2);
  CHECK(drawn[3] == 100);
  CHECK(drawn[700] == 300);
}

TEST_CASE("a low temperature draws the probable more often, a high one less", "[whisper]") {
  const std::vector<float> scores{std::log(1.0F), std::log(3.0F)};
  const auto share_of_best = [&](float temperature) {
    int drawn = 0;
    for (int i = 0; i < 1000; ++i) drawn += draw_token(scores, temperature, (i + 0.5) / 1000);
    return drawn;
  };

  CHECK(share_of_best(0.5F) == 900);  // 9 : 1
  CHECK(share_of_best(1) == 750);
  CHECK(share_of_best(2) == 634);  // the square root of 3 : 1
}
