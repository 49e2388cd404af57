// SPDX-License-Identifier: Apache-2.0
#include "net/support/goldens.hpp"
#include "net/support/plain_network.hpp"
#include "net/support/toy_model.hpp"
#include "net/torch_network.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <thread>

namespace whisper {
namespace {

using testing::toy_window;

constexpr float kCloseToPlain = 1e-5F;

const Network& toy_network() {
  static const auto network = make_torch_network(testing::toy_model(), {});
  return *network;
}

std::shared_ptr<const AudioFeatures> two_windows() {
  return toy_network().encode(std::vector{toy_window(1), toy_window(2)});
}

// How far the scores are from what plain loops say follows the text in that window.
float from_plain(std::span<const float> scores, unsigned window, const std::vector<int>& text) {
  const auto plain = testing::plain_decode(testing::plain_encode(toy_window(window)), text);
  return testing::distance(scores, plain.scores.row(text.size() - 1));
}

std::vector<int> text_of(unsigned window) {
  const auto features = toy_network().encode(std::vector{toy_window(window)});
  return testing::greedy_text(toy_network(), features, {3, 1}, -1, 40);
}

}  // namespace

TEST_CASE("rows of a window part, and go on from one another's text", "[whisper]") {
  const auto run = toy_network().start(two_windows());
  (void)run->begin(std::vector{3, 9}, std::vector<std::size_t>{0});
  run->fan_out(2);
  (void)run->step(std::vector{10, 11, 20, 21});

  run->reorder(std::vector<std::size_t>{1, 0, 3, 3});
  const auto scores = run->step(std::vector{12, 13, 22, 23});

  CHECK(from_plain(scores.row(0), 1, {3, 11, 12}) < kCloseToPlain);
  CHECK(from_plain(scores.row(1), 1, {3, 10, 13}) < kCloseToPlain);
  CHECK(from_plain(scores.row(2), 2, {9, 21, 22}) < kCloseToPlain);
  CHECK(from_plain(scores.row(3), 2, {9, 21, 23}) < kCloseToPlain);
}

TEST_CASE("rows that met and parted again remember their own text", "[whisper]") {
  const auto run = toy_network().start(toy_network().encode(std::vector{toy_window(1)}));
  (void)run->begin(std::vector{3, 4}, std::vector<std::size_t>{1});
  run->fan_out(3);
  (void)run->step(std::vector{10, 11, 12});
  run->reorder(std::vector<std::size_t>{2, 2, 0});
  (void)run->step(std::vector{20, 21, 22});

  run->reorder(std::vector<std::size_t>{1, 2, 0});
  const auto scores = run->step(std::vector{30, 31, 32});

  CHECK(from_plain(scores.row(0), 1, {3, 4, 12, 21, 30}) < kCloseToPlain);
  CHECK(from_plain(scores.row(1), 1, {3, 4, 10, 22, 31}) < kCloseToPlain);
  CHECK(from_plain(scores.row(2), 1, {3, 4, 12, 20, 32}) < kCloseToPlain);
}

TEST_CASE("windows that are done leave the others undisturbed", "[whisper]") {
  const std::vector windows{toy_window(1), toy_window(2), toy_window(3)};
  const auto run = toy_network().start(toy_network().encode(windows));
  (void)run->begin(std::vector{3, 4, 5}, std::vector<std::size_t>{0});
  run->fan_out(2);
  (void)run->step(std::vector{10, 11, 20, 21, 30, 31});

  run->keep_windows(std::vector<std::size_t>{2, 0});
  const auto scores = run->step(std::vector{32, 33, 12, 13});

  REQUIRE(scores.rows() == 4);
  CHECK(from_plain(scores.row(0), 3, {5, 30, 32}) < kCloseToPlain);
  CHECK(from_plain(scores.row(1), 3, {5, 31, 33}) < kCloseToPlain);
  CHECK(from_plain(scores.row(2), 1, {3, 10, 12}) < kCloseToPlain);
  CHECK(from_plain(scores.row(3), 1, {3, 11, 13}) < kCloseToPlain);
}

TEST_CASE("windows put together anew decode as before", "[whisper]") {
  const auto both = two_windows();
  const auto third = toy_network().encode(std::vector{toy_window(3)});

  const auto gathered = toy_network().gather(std::vector<FeatureWindow>{{third, 0}, {both, 1}});
  const auto run = toy_network().start(gathered);
  const auto scores = run->begin(std::vector{3, 4}, std::vector<std::size_t>{0});

  REQUIRE(gathered->windows() == 2);
  CHECK(from_plain(scores.row(0), 3, {3}) < kCloseToPlain);
  CHECK(from_plain(scores.row(1), 2, {4}) < kCloseToPlain);
}

TEST_CASE("a text is read to the context's last token and no further", "[whisper]") {
  const auto run = toy_network().start(toy_network().encode(std::vector{toy_window(1)}));
  std::vector<int> text{3};
  (void)run->begin(text, std::vector<std::size_t>{0});
  for (int token = 1; token < 79; ++token) {
    text.push_back(token % 50);
    (void)run->step(std::vector{text.back()});
  }
  text.push_back(7);
  CHECK(from_plain(run->step(std::vector{7}).row(0), 1, text) < kCloseToPlain);

  CHECK_THROWS_WITH(run->step(std::vector{8}), clams::testing::contains_text("80 tokens at most"));
}

TEST_CASE("runs of one network side by side say what they say alone", "[whisper]") {
  std::vector<std::vector<int>> alone;
  for (unsigned window = 0; window < 4; ++window) alone.push_back(text_of(window));

  std::vector<std::vector<int>> together(4);
  std::vector<std::thread> threads;
  for (unsigned window = 0; window < 4; ++window) {
    threads.emplace_back([&together, window] { together[window] = text_of(window); });
  }
  for (auto& thread : threads) thread.join();

  CHECK(together == alone);
}

}  // namespace whisper
