// SPDX-License-Identifier: Apache-2.0
#include "net/token_scores.hpp"

#include "support/catch.hpp"

#include <ATen/ops/randn.h>
#include <ATen/ops/zeros_like.h>
#include <algorithm>
#include <cmath>
#include <span>

namespace whisper {
namespace {

constexpr std::int64_t kVocabulary = 1000;  // no multiple of a block
constexpr std::int64_t kScoredWidth = 128;
constexpr float kNear = 8;  // below the best score: what is computed exactly

at::Tensor matrix() { return at::randn({kVocabulary, kScoredWidth}).mul(0.3).to(at::kHalf); }

}  // namespace

TEST_CASE("scores near the best are those of float32, and the others close to them", "[whisper]") {
  if (!TokenScores::are_possible(kScoredWidth))
    CLAMS_SKIP("this processor has no products of int8");
  const auto rows = matrix();
  const auto hidden = at::randn({1, kScoredWidth}).mul(3);

  const auto scores = TokenScores{rows}.of(hidden);

  const auto exact = at::mm(hidden, rows.to(at::kFloat).t());
  const std::span found{scores.const_data_ptr<float>(), kVocabulary};
  const std::span expected{exact.const_data_ptr<float>(), kVocabulary};
  const float best = *std::max_element(expected.begin(), expected.end());
  for (std::size_t i = 0; i < kVocabulary; ++i) {
    REQUIRE(std::fabs(found[i] - expected[i]) < (expected[i] > best - kNear + 0.5F ? 1e-4F : 0.5F));
  }
}

TEST_CASE("rows are scored side by side as they are alone", "[whisper]") {
  if (!TokenScores::are_possible(kScoredWidth))
    CLAMS_SKIP("this processor has no products of int8");
  const TokenScores scores{matrix()};
  const auto hidden = at::randn({5, kScoredWidth});

  const auto together = scores.of(hidden);

  CHECK(together.select(0, 3).equal(scores.of(hidden.narrow(0, 3, 1)).select(0, 0)));
}

TEST_CASE("a hidden state of zeros scores zero everywhere", "[whisper]") {
  if (!TokenScores::are_possible(kScoredWidth))
    CLAMS_SKIP("this processor has no products of int8");

  const auto scores = TokenScores{matrix()}.of(at::zeros({1, kScoredWidth}));

  CHECK(scores.equal(at::zeros_like(scores)));
}

}  // namespace whisper
