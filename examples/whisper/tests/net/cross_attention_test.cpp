// SPDX-License-Identifier: Apache-2.0
#include "net/support/goldens.hpp"
#include "net/support/plain_network.hpp"
#include "net/support/toy_model.hpp"
#include "net/torch_network.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <cmath>

namespace whisper {
namespace {

constexpr int kEndOfToy = 40;
const std::vector<int> kBeginning{45, 46};
const std::vector<int> kText{3, 14, 15, 9, 26};
const std::vector<AlignmentHead> kAsked{{1, 0}, {0, 1}};

CrossAttention ask(std::size_t window, const std::vector<int>& text = kText) {
  const auto network = make_torch_network(testing::toy_model(), {});
  const std::vector windows{testing::toy_window(1), testing::toy_window(2)};
  const auto features = network->encode(windows);
  return network->cross_attention(*features, {.window = window,
                                              .start = kBeginning,
                                              .text = text,
                                              .end_of_text = kEndOfToy,
                                              .heads = kAsked});
}

testing::PlainText plain() {
  auto tokens = kBeginning;
  tokens.insert(tokens.end(), kText.begin(), kText.end());
  tokens.push_back(kEndOfToy);
  return testing::plain_decode(testing::plain_encode(testing::toy_window(2)), tokens);
}

}  // namespace

TEST_CASE("where a text's tokens look is what plain loops say", "[whisper]") {
  const auto found = ask(1);

  REQUIRE(found.heads == 2);
  REQUIRE(found.tokens == 8);
  REQUIRE(found.positions == 10);
  const auto expected = plain().attention;
  const std::span scores{found.scores};
  CHECK(testing::distance(scores.first(80), expected[2].values) < 1e-5F);
  CHECK(testing::distance(scores.last(80), expected[1].values) < 1e-5F);
}

TEST_CASE("a token's probability is among the text tokens, given those before it", "[whisper]") {
  const auto found = ask(1);

  const auto scores = plain().scores;
  REQUIRE(found.token_probabilities.size() == kText.size());
  for (std::size_t i = 0; i < kText.size(); ++i) {
    const auto row = scores.row(kBeginning.size() - 1 + i);
    float sum = 0;
    for (const auto score : row.first(kEndOfToy)) sum += std::exp(score);
    const auto expected = std::exp(row[static_cast<std::size_t>(kText[i])]) / sum;
    CHECK(found.token_probabilities[i] == Approx(expected).epsilon(1e-4));
  }
}

TEST_CASE("a text longer than the context cannot be aligned, and it says so", "[whisper]") {
  CHECK_THROWS_WITH(ask(0, std::vector<int>(78, 1)),
                    clams::testing::contains_text("80 tokens at most, and this is 81"));
}

}  // namespace whisper
