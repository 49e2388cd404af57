// SPDX-License-Identifier: Apache-2.0
#include "net/token_scores.hpp"

#include "support/catch.hpp"

#include <ATen/ops/randn.h>
#include <algorithm>
#include <cmath>
#include <span>

namespace whisper {
namespace {

constexpr std::int64_t kVocabulary = 1000;  // no multiple of a block
constexpr std::int64_t kScoredWidth = 128;
constexpr float kNear = 12;  // below the best score: what is computed exactly
constexpr float kRough = 6;  // how far the worst of the others may be off

at::Tensor matrix() { return at::randn({kVocabulary, kScoredWidth}).mul(0.3).to(at::kHalf); }

/// Of which some columns are much larger than others, and around something.
LayerNorm norm() {
  const auto gamma = at::randn({kScoredWidth}).abs().add(0.5);
  gamma.select(0, 7).fill_(12);
  gamma.select(0, 9).fill_(0);
  return {gamma, at::randn({kScoredWidth}).mul(3)};
}

at::Tensor normalised(const LayerNorm& norm, std::int64_t rows) {
  return norm(at::randn({rows, kScoredWidth}));
}

}  // namespace

TEST_CASE("scores near the best are those of float32, and the others close to them", "[whisper]") {
  if (!TokenScores::are_possible(kScoredWidth))
    CLAMS_SKIP("this processor has no products of int8");
  const auto rows = matrix();
  const auto from = norm();
  const auto hidden = normalised(from, 1);

  const auto scores = TokenScores{rows, from}.of(hidden);

  const auto exact = at::mm(hidden, rows.to(at::kFloat).t());
  const std::span found{scores.const_data_ptr<float>(), kVocabulary};
  const std::span expected{exact.const_data_ptr<float>(), kVocabulary};
  const float best = *std::max_element(expected.begin(), expected.end());
  float squares = 0;
  for (std::size_t i = 0; i < kVocabulary; ++i) {
    const float off = std::fabs(found[i] - expected[i]);
    REQUIRE(off < (expected[i] > best - kNear + kRough ? 1e-4F : kRough));
    squares += off * off;
  }
  CHECK(std::sqrt(squares / kVocabulary) < 1);
}

TEST_CASE("rows are scored side by side as they are alone", "[whisper]") {
  if (!TokenScores::are_possible(kScoredWidth))
    CLAMS_SKIP("this processor has no products of int8");
  const auto from = norm();
  const TokenScores scores{matrix(), from};
  const auto hidden = normalised(from, 8);  // more than the kernel takes at a time

  const auto together = scores.of(hidden);

  const auto row = GENERATE(0, 5, 6, 7);
  CHECK(together.select(0, row).equal(scores.of(hidden.narrow(0, row, 1)).select(0, 0)));
}

TEST_CASE("what all hidden states have in common is no matter of rounding", "[whisper]") {
  if (!TokenScores::are_possible(kScoredWidth))
    CLAMS_SKIP("this processor has no products of int8");
  const auto rows = matrix();
  const auto from = norm();

  const auto scores = TokenScores{rows, from}.of(from.beta.unsqueeze(0));

  const auto exact = at::mm(from.beta.unsqueeze(0), rows.to(at::kFloat).t());
  CHECK(*scores.sub(exact).abs().max().const_data_ptr<float>() < 1e-4F);
}

}  // namespace whisper
