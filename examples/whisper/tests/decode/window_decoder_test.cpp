// SPDX-License-Identifier: Apache-2.0
#include "decode/window_decoder.hpp"

#include "decode/support/speaker.hpp"
#include "support/catch.hpp"

#include <cmath>
#include <numeric>
#include <stdexcept>

namespace {

using namespace whisper;
using namespace whisper::testing;

/// A network of which window n says the first n words.
FakeNetwork counting_network() {
  std::map<int, Saying> sayings;
  for (int sound = 0; sound < 8; ++sound) {
    Saying& saying = sayings[sound];
    saying.tokens = {at_time(0)};
    for (int i = 1; i <= sound; ++i) saying.tokens.push_back(word(i));
    saying.tokens.push_back(at_time(2));
    saying.no_speech = 0.25F;
  }
  return {small_dimensions(), say(small_tokenizer(), sayings)};
}

std::vector<std::string> texts_of(const std::vector<DecodedWindow>& windows) {
  std::vector<std::string> texts;
  for (const DecodedWindow& window : windows) texts.push_back(window.text);
  return texts;
}

}  // namespace

TEST_CASE("a window's result has its tokens, its text and how sure they are", "[whisper]") {
  const FakeNetwork network = counting_network();
  const std::vector<DecodingOptions> options(1);

  const auto results = WindowDecoder{network, small_tokenizer()}.decode(network.hear({2}), options);

  REQUIRE(results.size() == 1);
  CHECK(results[0].tokens == std::vector{at_time(0), word(1), word(2), at_time(2)});
  CHECK(results[0].text == "one two");
  CHECK(results[0].avg_logprob == Approx(0).margin(0.01));
  CHECK(results[0].no_speech_prob == Approx(0.25).epsilon(0.01));
  CHECK(results[0].compression_ratio == Approx(7.0 / 15).epsilon(0.1));
  CHECK(results[0].temperature == 0);
}

TEST_CASE("windows side by side say what they say alone, and leave when they are done",
          "[whisper]") {
  const FakeNetwork network = counting_network();
  const std::vector<DecodingOptions> options(3);

  const auto results =
      WindowDecoder{network, small_tokenizer()}.decode(network.hear({3, 1, 2}), options);

  CHECK(texts_of(results) == std::vector<std::string>{"one two three", "one", "one two"});
  CHECK(network.log().rows == std::vector<std::size_t>{3, 3, 3, 2, 1});
  CHECK(network.log().kept == std::vector<std::vector<std::size_t>>{{0, 2}, {0}});
}

TEST_CASE("beams of windows side by side stay with their window", "[whisper]") {
  const FakeNetwork network = counting_network();
  const std::vector<DecodingOptions> options(3, {.beam_size = 4, .patience = 0.25F});

  const auto results =
      WindowDecoder{network, small_tokenizer()}.decode(network.hear({3, 1, 2}), options);

  CHECK(texts_of(results) == std::vector<std::string>{"one two three", "one", "one two"});
  CHECK(network.log().rows == std::vector<std::size_t>{12, 12, 12, 8, 4});
  CHECK(network.log().reorders > 0);
}

TEST_CASE("several transcripts are drawn, and the most probable is taken", "[whisper]") {
  // A window that says " one" or " two", and after " two" it does not know what.
  const FakeNetwork network{small_dimensions(), [](float, auto tokens, std::span<float> scores) {
                              const auto said = spoken(tokens, small_tokenizer());
                              const auto at = [&](int token) -> float& {
                                return scores[static_cast<std::size_t>(token)];
                              };
                              if (said.empty()) {
                                at(at_time(0)) = 0;
                              } else if (said.size() == 1) {
                                at(word(1)) = at(word(2)) = 0;
                              } else if (said.size() == 2 && said.back() == word(2)) {
                                for (int i = 0; i < 9; ++i) at(word(i + 1)) = 0;
                              } else {
                                at(50256) = 0;
                              }
                            }};
  const std::vector<DecodingOptions> options(1, {.temperature = 1, .best_of = 16, .seed = 5});

  const auto results = WindowDecoder{network, small_tokenizer()}.decode(network.hear({0}), options);

  CHECK(results[0].text == "one");
  CHECK(results[0].temperature == 1);
  CHECK(network.log().rows.front() == 16);
}

TEST_CASE("a prompt goes before the start, cut to the half of the context that is its",
          "[whisper]") {
  const FakeNetwork network = counting_network();
  std::vector<int> prompt(300);
  std::iota(prompt.begin(), prompt.end(), 1000);
  const std::vector<DecodingOptions> options(1, {.prompt = prompt});

  const auto results = WindowDecoder{network, small_tokenizer()}.decode(network.hear({1}), options);

  const auto fed = network.log().prompts.at(0);
  REQUIRE(fed.size() == 225);
  CHECK(fed[0] == small_tokenizer().special().start_of_previous);
  CHECK(fed[1] == 1077);
  CHECK(fed[223] == 1299);
  CHECK(fed[224] == small_tokenizer().special().start_of_transcript);
  CHECK(results[0].no_speech_prob == Approx(0.25).epsilon(0.01));
  CHECK(results[0].text == "one");
}

TEST_CASE("a multilingual window begins with its language and task", "[whisper]") {
  const FakeNetwork network{small_multilingual_dimensions(),
                            say(small_multilingual_tokenizer(), {{0, {.no_speech = 0.75F}}})};
  const auto& special = small_multilingual_tokenizer().special();
  std::vector<DecodingOptions> options(2);
  options[0].language = "de";
  options[1].task = Task::translate;

  const auto results =
      WindowDecoder{network, small_multilingual_tokenizer()}.decode(network.hear({0, 0}), options);

  CHECK(network.log().prompts ==
        std::vector<std::vector<int>>{
            {special.start_of_transcript, special.first_language + 2, special.transcribe},
            {special.start_of_transcript, special.first_language, special.translate}});
  CHECK(network.log().positions == std::vector<std::size_t>{0, 2});
  CHECK(results[1].no_speech_prob == Approx(0.75).epsilon(0.01));
}

TEST_CASE("without timestamps the start says so", "[whisper]") {
  const FakeNetwork network{small_dimensions(),
                            say(small_tokenizer(), {{0, {.tokens = {word(4)}}}})};
  const std::vector<DecodingOptions> options(1, {.timestamps = false});

  const auto results = WindowDecoder{network, small_tokenizer()}.decode(network.hear({0}), options);

  CHECK(network.log().prompts.at(0).back() == small_tokenizer().special().no_timestamps);
  CHECK(results[0].tokens == std::vector{word(4)});
}

TEST_CASE("a prefix begins the transcript without being part of the result", "[whisper]") {
  const FakeNetwork network{small_dimensions(),
                            say(small_tokenizer(), {{0, {.tokens = {word(1), word(2)}}}})};
  const std::vector<DecodingOptions> options(1, {.prefix = {word(1)}, .timestamps = false});

  const auto results = WindowDecoder{network, small_tokenizer()}.decode(network.hear({0}), options);

  CHECK(network.log().prompts.at(0).back() == word(1));
  CHECK(results[0].tokens == std::vector{word(2)});
}

TEST_CASE("a transcript ends at its limit, and where the context does", "[whisper]") {
  const FakeNetwork network{small_dimensions(), [](float, auto, std::span<float> scores) {
                              scores[static_cast<std::size_t>(word(1))] = 0;  // never ends
                            }};
  const WindowDecoder decoder{network, small_tokenizer()};
  const auto length = [&](const DecodingOptions& options) {
    return decoder.decode(network.hear({0}), {&options, 1})[0].tokens.size();
  };

  CHECK(length({.timestamps = false}) == 224);
  CHECK(length({.timestamps = false, .sample_length = 7}) == 7);
  const std::vector<int> long_prompt(400, word(2));
  CHECK(length({.prompt = long_prompt, .timestamps = false, .sample_length = 400}) == 449 - 226);
}

TEST_CASE("a window that is not wanted leaves the batch, and the others do not notice",
          "[whisper]") {
  const FakeNetwork network = counting_network();
  const std::vector<DecodingOptions> options(2);
  int asked = 0;

  const auto results = WindowDecoder{network, small_tokenizer()}.decode(
      network.hear({5, 2}), options,
      [&](std::size_t window) { return window != 0 || ++asked < 3; });

  CHECK(results[1].text == "one two");
  CHECK(results[0].tokens.empty());
  CHECK(network.log().rows == std::vector<std::size_t>{2, 2, 1, 1});
}

TEST_CASE("decoding ends where check_stop throws", "[whisper]") {
  const FakeNetwork network = counting_network();
  int steps = 0;
  const WindowDecoder decoder{network, small_tokenizer(), [&] {
                                if (++steps == 3) throw std::runtime_error("enough");
                              }};

  CHECK_THROWS_WITH(decoder.decode(network.hear({7}), std::vector<DecodingOptions>(1)), "enough");
  CHECK(network.log().rows.size() == 2);
}

TEST_CASE("windows that are not decoded alike are refused", "[whisper]") {
  const FakeNetwork network = counting_network();
  const WindowDecoder decoder{network, small_tokenizer()};
  std::vector<DecodingOptions> options(2);
  options[1].temperature = 0.5F;

  CHECK_THROWS_WITH(decoder.decode(network.hear({0, 1}), options),
                    clams::testing::contains_text("different options"));
  CHECK_THROWS_WITH(decoder.decode(network.hear({0}), options),
                    clams::testing::contains_text("2 windows of 1"));
}

TEST_CASE("languages have probabilities among themselves", "[whisper]") {
  const auto first =
      static_cast<std::size_t>(small_multilingual_tokenizer().special().first_language);
  const FakeNetwork network{small_multilingual_dimensions(),
                            [&](float sound, auto, std::span<float> scores) {
                              scores[0] = 90;  // no language
                              scores[first] = std::log(1.0F + sound);
                              scores[first + 2] = std::log(3.0F);
                            }};

  const auto languages =
      WindowDecoder{network, small_multilingual_tokenizer()}.detect_languages(network.hear({0, 2}));

  REQUIRE(languages.size() == 2);
  CHECK(languages[0].size() == 99);
  CHECK(languages[0].at("en") == Approx(0.25));
  CHECK(languages[0].at("de") == Approx(0.75));
  CHECK(languages[1].at("en") == Approx(0.5));
}
