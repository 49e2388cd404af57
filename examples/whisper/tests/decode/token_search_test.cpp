// SPDX-License-Identifier: Apache-2.0
#include "decode/token_search.hpp"

#include "support/catch.hpp"

#include <cmath>

namespace {

using namespace whisper;

constexpr int kEndOfToy = 0;
constexpr std::size_t kVocabulary = 6;

/// Rows of probabilities, as the scores that have them.
class Rows {
 public:
  explicit Rows(const std::vector<std::vector<float>>& probabilities) {
    for (const auto& row : probabilities) {
      for (const float probability : row) values_.push_back(std::log(probability));
      values_.resize(values_.size() + kVocabulary - row.size(), std::log(0.0F));
    }
  }
  [[nodiscard]] Logits logits() { return {.values = values_, .vocabulary = kVocabulary}; }

 private:
  std::vector<float> values_;
};

void advance(TokenSearch& search, const std::vector<std::vector<float>>& probabilities) {
  Rows rows{probabilities};
  search.advance(rows.logits());
}

std::vector<int> tokens_of(const TokenSearch& search, std::size_t row) {
  const auto sampled = search.sampled(row);
  return {sampled.begin(), sampled.end()};
}

}  // namespace

TEST_CASE("at temperature 0 the most probable token is taken until the end", "[whisper]") {
  const auto search = make_token_search({}, kEndOfToy);

  advance(*search, {{0.1F, 0.2F, 0.7F}});
  CHECK_FALSE(search->is_complete());
  advance(*search, {{0.5F, 0.4F, 0.1F}});

  CHECK(search->is_complete());
  const auto candidates = search->candidates();
  REQUIRE(candidates.size() == 1);
  CHECK(candidates[0].tokens == std::vector{2});
  CHECK(candidates[0].sum_logprob == Approx(std::log(0.7 * 0.5)));
}

TEST_CASE("at temperature 0 there is one transcript, whatever best_of says", "[whisper]") {
  CHECK(make_token_search({.best_of = 5}, kEndOfToy)->rows() == 1);
  CHECK(make_token_search({.temperature = 0.5F, .best_of = 5}, kEndOfToy)->rows() == 5);
  CHECK(make_token_search({.beam_size = 3, .best_of = 5}, kEndOfToy)->rows() == 3);
  CHECK(make_token_search({.temperature = 0.5F, .beam_size = 3, .best_of = 2}, kEndOfToy)->rows() ==
        2);
}

TEST_CASE("what is drawn depends on the seed alone", "[whisper]") {
  const auto draw = [](std::uint64_t seed) {
    const auto search = make_sampling({.temperature = 1, .best_of = 4, .seed = seed}, kEndOfToy);
    for (int i = 0; i < 8; ++i) {
      advance(*search, {std::vector<std::vector<float>>(4, {0.0F, 0.2F, 0.2F, 0.2F, 0.2F, 0.2F})});
    }
    return tokens_of(*search, 0);
  };

  CHECK(draw(1) == draw(1));
  CHECK(draw(1) != draw(2));
}

TEST_CASE("transcripts that are drawn part although they begin alike", "[whisper]") {
  const auto search = make_sampling({.temperature = 1, .best_of = 40, .seed = 3}, kEndOfToy);

  advance(*search, {{0.0F, 0.5F, 0.5F}});

  int ones = 0;
  for (std::size_t row = 0; row < 40; ++row) ones += tokens_of(*search, row).front() == 1 ? 1 : 0;
  CHECK(ones > 8);
  CHECK(ones < 32);
}

TEST_CASE("a transcript that has ended adds nothing to its probability", "[whisper]") {
  const auto search = make_sampling({.temperature = 1, .best_of = 2}, kEndOfToy);

  advance(*search, {{1.0F, 0, 0}, {0, 1.0F, 0}});
  CHECK(search->has_ended(0));
  CHECK_FALSE(search->has_ended(1));
  advance(*search, {{0.1F, 0.9F, 0}, {1.0F, 0, 0}});

  CHECK(search->is_complete());
  const auto candidates = search->candidates();
  CHECK(candidates[0].tokens.empty());
  CHECK(candidates[0].sum_logprob == 0);
  CHECK(candidates[1].tokens == std::vector{1});
}

TEST_CASE("beams grow from one beginning into the most probable ones", "[whisper]") {
  const auto search = make_beam_search(2, 1, kEndOfToy);

  advance(*search, {{0.1F, 0.5F, 0.4F}});
  CHECK(tokens_of(*search, 0) == std::vector{1});
  CHECK(tokens_of(*search, 1) == std::vector{2});

  advance(*search, {{0.2F, 0.2F, 0.3F, 0.3F}, {0.05F, 0.9F, 0.05F}});  // 2 then 1: 0.36
  CHECK(tokens_of(*search, 0) == std::vector{2, 1});
  CHECK(tokens_of(*search, 1) == std::vector{1, 2});
  CHECK(std::vector<std::size_t>(search->sources().begin(), search->sources().end()) ==
        std::vector<std::size_t>{1, 0});
}

TEST_CASE("a beam that ends makes room, and the search is over when enough have", "[whisper]") {
  const auto search = make_beam_search(2, 1, kEndOfToy);

  advance(*search, {{0.6F, 0.3F, 0.1F}});
  CHECK_FALSE(search->is_complete());
  CHECK(tokens_of(*search, 0) == std::vector{1});
  advance(*search, {{0.9F, 0.05F, 0.05F}, {0.1F, 0.8F, 0.1F}});
  CHECK(search->is_complete());

  const auto candidates = search->candidates();
  REQUIRE(candidates.size() == 2);
  CHECK(candidates[0].tokens.empty());
  CHECK(candidates[1].tokens == std::vector{1});
  CHECK(candidates[1].sum_logprob == Approx(std::log(0.3 * 0.9)));
}

TEST_CASE("an end less probable than all beams is not kept", "[whisper]") {
  const auto search = make_beam_search(2, 1, kEndOfToy);

  advance(*search, {{0.1F, 0.5F, 0.4F}});

  CHECK(search->candidates().size() == 2);
  CHECK(search->candidates()[0].tokens == std::vector{1});
}

TEST_CASE("patience asks for more ends before the search is over", "[whisper]") {
  const auto search = make_beam_search(2, 2, kEndOfToy);
  const std::vector<float> row{0.6F, 0.3F, 0.1F};

  advance(*search, {row});
  advance(*search, {row, row});
  CHECK_FALSE(search->is_complete());
  advance(*search, {row, row});
  advance(*search, {row, row});

  CHECK(search->is_complete());
  CHECK(search->candidates().size() == 4);
}

TEST_CASE("beams that never end are candidates, the most probable first", "[whisper]") {
  const auto search = make_beam_search(3, 1, kEndOfToy);

  advance(*search, {{0.4F, 0.3F, 0.2F, 0.1F}});

  const auto candidates = search->candidates();
  REQUIRE(candidates.size() == 3);
  CHECK(candidates[0].tokens.empty());
  CHECK(candidates[1].tokens == std::vector{1});
  CHECK(candidates[2].tokens == std::vector{2});
}

TEST_CASE("candidates compare by their mean, or by a length penalty", "[whisper]") {
  const std::vector<Candidate> candidates{{.tokens = {1}, .sum_logprob = -1.0F},
                                          {.tokens = {1, 2, 3, 4}, .sum_logprob = -2.0F}};

  CHECK(&best_candidate(candidates, std::nullopt) == &candidates[1]);
  CHECK(&best_candidate(candidates, 0.0F) == &candidates[0]);  // the sum alone
  CHECK(&best_candidate(candidates, 1.0F) == &candidates[0]);  // -1/1 against -2/1.5
}

TEST_CASE("among equal candidates the first wins, and an empty one does no harm", "[whisper]") {
  const std::vector<Candidate> candidates{{.tokens = {}, .sum_logprob = -1.0F},
                                          {.tokens = {1}, .sum_logprob = -1.0F}};

  CHECK(&best_candidate(candidates, std::nullopt) == candidates.data());
}
