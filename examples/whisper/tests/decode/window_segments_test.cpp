// SPDX-License-Identifier: Apache-2.0
#include "decode/window_segments.hpp"

#include "decode/support/speaker.hpp"
#include "support/catch.hpp"

namespace {

using namespace whisper;
using namespace whisper::testing;

WindowSegments cut(std::vector<int> tokens, const WindowSpan& window = {.frames = 3000}) {
  return cut_window({.tokens = std::move(tokens)}, window, small_tokenizer(), small_dimensions());
}

}  // namespace

TEST_CASE("text between two timestamps is a segment", "[whisper]") {
  const auto result =
      cut({at_time(0.5), word(1), at_time(2), at_time(2.5), word(2), word(3), at_time(4)},
          {.seek = 1000, .frames = 2000});

  REQUIRE(result.segments.size() == 2);
  CHECK(result.segments[0].start == 10.5);
  CHECK(result.segments[0].end == 12.0);
  CHECK(result.segments[0].text == " one");
  CHECK(result.segments[0].tokens == std::vector{at_time(0.5), word(1), at_time(2)});
  CHECK(result.segments[1].text == " two three");
  CHECK(result.segments[1].seek == 1000);
}

TEST_CASE("a single timestamp at the end means that nothing is said after it", "[whisper]") {
  const auto result = cut({at_time(0), word(1), at_time(2), at_time(2), word(2), at_time(4)},
                          {.seek = 1000, .frames = 2000});

  CHECK(result.single_timestamp_ending);
  CHECK(result.next_seek == 3000);
}

TEST_CASE("what is unfinished is decoded again, from where it begins", "[whisper]") {
  const auto result =
      cut({at_time(0), word(1), at_time(2), at_time(3), word(2)}, {.seek = 1000, .frames = 3000});

  REQUIRE(result.segments.size() == 1);
  CHECK(result.segments[0].text == " one");
  CHECK(result.next_seek == 1200);
  CHECK_FALSE(result.single_timestamp_ending);
}

TEST_CASE("two timestamps at the end say that more begins there", "[whisper]") {
  const auto result = cut({at_time(0), word(1), at_time(20), at_time(20)});

  REQUIRE(result.segments.size() == 1);
  CHECK(result.next_seek == 2000);
}

TEST_CASE("unfinished text can be kept, to the end of the window", "[whisper]") {
  const WindowSpan window{.seek = 100, .frames = 2500, .unfinished = UnfinishedText::keep};

  const auto kept = cut({at_time(0), word(1), at_time(2), at_time(3), word(2)}, window);
  const auto nothing_to_keep = cut({at_time(0), word(1), at_time(2), at_time(3)}, window);

  REQUIRE(kept.segments.size() == 2);
  CHECK(kept.segments[1].text == " two");
  CHECK(kept.segments[1].start == 4.0);
  CHECK(kept.segments[1].end == 26.0);
  CHECK(kept.next_seek == 2600);
  CHECK(nothing_to_keep.segments.size() == 1);
  CHECK(nothing_to_keep.next_seek == 300);
}

TEST_CASE("text without timestamps between takes the window, or up to its last timestamp",
          "[whisper]") {
  const WindowSpan window{.seek = 500, .frames = 1234};

  CHECK(cut({word(1), word(2)}, window).segments.at(0).end == 5 + 12.34);
  CHECK(cut({at_time(0), word(1)}, window).segments.at(0).end == 5 + 12.34);
  CHECK(cut({at_time(1), word(1), at_time(3)}, window).segments.at(0).end == 8.0);
  CHECK(cut({at_time(1), word(1), at_time(3)}, window).segments.at(0).start == 5.0);
  CHECK(cut({word(1)}, window).next_seek == 1734);
}

TEST_CASE("a window without tokens is one empty segment", "[whisper]") {
  const auto result = cut({});

  REQUIRE(result.segments.size() == 1);
  CHECK(result.segments[0].text.empty());
  CHECK(result.next_seek == 3000);
}

TEST_CASE("segments carry what their window was judged by", "[whisper]") {
  const DecodedWindow decoded{.tokens = {at_time(0), word(1), at_time(1)},
                              .avg_logprob = -0.5F,
                              .no_speech_prob = 0.125F,
                              .temperature = 0.4F,
                              .compression_ratio = 1.5F};

  const auto result = cut_window(decoded, {.frames = 3000}, small_tokenizer(), small_dimensions());

  CHECK(result.segments.at(0).avg_logprob == -0.5F);
  CHECK(result.segments.at(0).no_speech_prob == 0.125F);
  CHECK(result.segments.at(0).temperature == 0.4F);
  CHECK(result.segments.at(0).compression_ratio == 1.5F);
}

TEST_CASE("times are sums in OpenAI's order, to the last bit", "[whisper]") {
  CHECK(seconds_of(774) == 774.0 * 160 / 16000);
  CHECK(cut({at_time(0.06), word(1), at_time(7.74)}, {.seek = 774, .frames = 3000})
            .segments.at(0)
            .end == 7.74 + 387 * 0.02);
}

TEST_CASE("segments that take no time or have no text are emptied", "[whisper]") {
  std::vector<Segment> segments{{.start = 1, .end = 1, .text = " one", .tokens = {1}},
                                {.start = 1, .end = 2, .text = " \u3000", .tokens = {2}},
                                {.start = 1, .end = 2, .text = " two", .tokens = {3}}};
  segments[0].words.push_back({.word = " one"});

  clear_empty_segments(segments);

  CHECK(segments[0].text.empty());
  CHECK(segments[0].tokens.empty());
  CHECK(segments[0].words.empty());
  CHECK(segments[1].text.empty());
  CHECK(segments[2].tokens == std::vector{3});
}
