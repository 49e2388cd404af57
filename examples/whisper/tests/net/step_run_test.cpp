// SPDX-License-Identifier: Apache-2.0
#include "net/support/goldens.hpp"
#include "net/support/toy_model.hpp"
#include "net/torch_network.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <cmath>
#include <numeric>

namespace whisper {
namespace {

using testing::toy_window;

// The audio is read in bfloat16.
constexpr float kCloseInSteps = 0.1F;

// The kernels of a step are for heads of 64, as those of all of Whisper's models.
std::unique_ptr<Network> network_of(ComputeType type) {
  auto model = testing::toy_model();
  model.dimensions.audio_heads = 1;
  model.dimensions.text_heads = 1;
  return make_torch_network(model, {.compute_type = type});
}

/// Three windows, begun with these prompts, two rows each, some of which are dropped and reordered:
/// the scores of every call.
std::vector<float> scores_of(ComputeType type, const std::vector<int>& prompts) {
  const auto network = network_of(type);
  const auto run =
      network->start(network->encode(std::vector{toy_window(1), toy_window(2), toy_window(3)}));
  std::vector<float> all;
  const auto keep = [&](const Logits& scores) {
    all.insert(all.end(), scores.values.begin(), scores.values.end());
  };
  keep(run->begin(prompts, std::vector<std::size_t>{0, prompts.size() / 3 - 1}));
  run->fan_out(2);
  keep(run->step(std::vector{10, 11, 20, 21, 30, 31}));
  run->reorder(std::vector<std::size_t>{1, 0, 3, 3, 4, 5});
  keep(run->step(std::vector{12, 13, 22, 23, 32, 33}));
  run->keep_windows(std::vector<std::size_t>{2, 0});
  keep(run->step(std::vector{14, 15, 24, 25}));
  run->reorder(std::vector<std::size_t>{0, 0, 3, 2});
  keep(run->step(std::vector{16, 17, 26, 27}));
  return all;
}

std::vector<int> prompts_of(std::size_t length) {
  std::vector<int> prompts(3 * length);
  for (std::size_t i = 0; i < prompts.size(); ++i) prompts[i] = static_cast<int>(i * 7 % 50);
  return prompts;
}

}  // namespace

TEST_CASE("a run in the kernels of a step scores as libtorch in float32 does", "[whisper]") {
  const auto length = GENERATE(std::size_t{1}, std::size_t{4}, std::size_t{60});
  const auto [type, close] = GENERATE(std::pair{ComputeType::bfloat16, kCloseInSteps},
                                      std::pair{ComputeType::int8, 2 * kCloseInSteps});
  const auto prompts = prompts_of(length);

  const auto found = scores_of(type, prompts);

  const auto vocabulary = static_cast<std::size_t>(testing::toy_model().dimensions.vocabulary);
  CHECK(testing::distance_near_best(found, scores_of(ComputeType::float32, prompts), vocabulary) <
        close);
}

TEST_CASE("the kernels of a step align a text as libtorch in float32 does", "[whisper]") {
  std::vector<int> text(60);
  std::iota(text.begin(), text.end(), -20);
  for (auto& token : text) token = std::abs(token);
  const std::vector<AlignmentHead> heads{{0, 0}, {1, 0}};
  const auto ask = [&](ComputeType type) {
    const auto network = network_of(type);
    const auto features = network->encode(std::vector{toy_window(1), toy_window(2)});
    return network->cross_attention(*features, {.window = 1,
                                                .start = std::vector{45, 46},
                                                .text = text,
                                                .end_of_text = 40,
                                                .heads = heads});
  };

  const auto found = ask(ComputeType::bfloat16);
  const auto expected = ask(ComputeType::float32);

  CHECK(testing::distance(found.scores, expected.scores) < kCloseInSteps);
  CHECK(testing::distance(found.token_probabilities, expected.token_probabilities) < kCloseInSteps);
}

TEST_CASE("the kernels of a step read no more tokens than the context has", "[whisper]") {
  const auto network = network_of(ComputeType::bfloat16);
  const auto run = network->start(network->encode(std::vector{toy_window(1)}));
  (void)run->begin(std::vector<int>(80, 3), std::vector<std::size_t>{0});

  CHECK_THROWS_WITH(run->step(std::vector{8}), clams::testing::contains_text("80 tokens at most"));
}

}  // namespace whisper
