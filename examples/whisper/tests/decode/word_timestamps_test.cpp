// SPDX-License-Identifier: Apache-2.0
#include "decode/word_timestamps.hpp"

#include "decode/support/fake_network.hpp"
#include "decode/support/speaker.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

namespace {

using namespace whisper;
using testing::at_time;
using testing::FakeNetwork;
using testing::small_tokenizer;
using testing::word;

FakeNetwork silent_network() {
  return {testing::small_dimensions(), [](float, std::span<const int>, std::span<float>) {}};
}

// The fake network looks 0.2 s further on with each token.
TEST_CASE("the words of several segments are timed together", "[whisper]") {
  const auto network = silent_network();
  const WordTimestamper timestamper(network, small_tokenizer(), {{.layer = 0, .head = 0}});
  std::vector<Segment> segments{
      {.seek = 3000, .start = 30, .end = 30.6, .tokens = {at_time(0), word(1), word(2)}},
      {.seek = 3000, .start = 30.6, .end = 31, .tokens = {at_time(0.6), word(3), at_time(1)}}};

  timestamper.add_words(segments, *network.hear({0}), {.frames = 3000, .last_speech = 29.9});

  REQUIRE(segments[0].words.size() == 2);
  REQUIRE(segments[1].words.size() == 1);
  CHECK(segments[0].words[0].word == " one");
  CHECK(segments[0].words[1].start == Approx(30.4).margin(0.021));
  CHECK(segments[1].words[0].word == " three");
  CHECK(segments[1].start == Approx(30.6).margin(0.021));
  CHECK(segments[1].end == Approx(30.8).margin(0.021));
  CHECK(segments[1].words[0].probability == 0.9F);
}

TEST_CASE("segments without text are not read again", "[whisper]") {
  const auto network = silent_network();
  const WordTimestamper timestamper(network, small_tokenizer(), {});
  std::vector<Segment> segments{{.start = 1, .end = 2, .tokens = {at_time(1), at_time(2)}}};

  timestamper.add_words(segments, *network.hear({0}), {.frames = 3000});

  CHECK(segments[0].words.empty());
  CHECK(segments[0].end == 2);
}

TEST_CASE("alignment heads that the model lacks are refused", "[whisper]") {
  const auto network = silent_network();

  CHECK_THROWS_WITH(WordTimestamper(network, small_tokenizer(), {{.layer = 7, .head = 0}}),
                    clams::testing::contains_text("layer 7"));
  CHECK_THROWS_AS(WordTimestamper(network, small_tokenizer(), {{.layer = 0, .head = -1}}),
                  clams::Error);
}

}  // namespace
