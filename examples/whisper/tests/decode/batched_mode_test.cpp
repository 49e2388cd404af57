// SPDX-License-Identifier: Apache-2.0
#include "decode/support/speaker.hpp"
#include "decode/transcriber.hpp"
#include "support/catch.hpp"

namespace {

using namespace whisper;
using namespace whisper::testing;

Transcription transcribe(const FakeNetwork& network, FakeRecording& recording,
                         TranscribeOptions options) {
  if (options.batch_size == 1) options.batch_size = 4;
  return Transcriber{network, small_tokenizer(), {}}.transcribe(recording, options);
}

/// Frames 2400 to 2460 and so on are pauses.
bool is_pause(int frame) { return frame % 2400 < 60 && frame >= 2400; }

FakeNetwork network_saying(std::map<int, Saying> sayings) {
  return {small_dimensions(), say(small_tokenizer(), std::move(sayings))};
}

Saying saying(int number) { return {.tokens = {at_time(0), word(number), at_time(2)}}; }

}  // namespace

TEST_CASE("clips are decoded side by side, and their text comes in order", "[whisper]") {
  const FakeNetwork network =
      network_saying({{100, saying(1)}, {1000, saying(2)}, {2000, saying(3)}});
  FakeRecording recording{3000};

  const auto result = transcribe(network, recording, {.clip_timestamps = {1, 5, 10, 15, 20, 25}});

  CHECK(result.text == " one two three");
  CHECK(result.segments.at(2).start == 20);
  CHECK(result.segments.at(2).id == 2);
  CHECK(network.log().encoded == std::vector<std::size_t>{3});
  CHECK(network.log().rows.front() == 3);
}

TEST_CASE("no more windows are decoded side by side than are asked for", "[whisper]") {
  const FakeNetwork network =
      network_saying({{100, saying(1)}, {1000, saying(2)}, {2000, saying(3)}});
  FakeRecording recording{3000};

  const auto result =
      transcribe(network, recording, {.clip_timestamps = {1, 5, 10, 15, 20, 25}, .batch_size = 2});

  CHECK(result.text == " one two three");
  CHECK(network.log().encoded == std::vector<std::size_t>{2, 1});
}

TEST_CASE("a long recording is cut in its pauses", "[whisper]") {
  const FakeNetwork network = network_saying({});
  FakeRecording recording{6000, is_pause};

  static_cast<void>(transcribe(network, recording, {}));

  std::vector<int> starts = recording.reads();
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  REQUIRE(starts.size() == 3);
  CHECK(starts[1] > 2400);
  CHECK(starts[1] < 2460);
  CHECK(starts[2] > 4800);
  CHECK(starts[2] < 4860);
}

TEST_CASE("silent stretches take no place in a batch", "[whisper]") {
  const FakeNetwork network = network_saying({{100, saying(1)}, {2000, saying(3)}});
  FakeRecording recording{3000, [](int frame) { return frame > 900 && frame < 1900; }};

  const auto result = transcribe(network, recording, {.clip_timestamps = {1, 5, 10, 15, 20, 25}});

  CHECK(result.text == " one three");
  CHECK(network.log().encoded == std::vector<std::size_t>{2});
}

TEST_CASE("unfinished text at the end of a chunk is kept", "[whisper]") {
  const FakeNetwork network =
      network_saying({{0, {.tokens = {at_time(0), word(1), at_time(2), at_time(2), word(2)}}}});
  FakeRecording recording{1000};

  const auto result = transcribe(network, recording, {});

  CHECK(result.text == " one two");
  CHECK(result.segments.at(1).end == 10);
  CHECK(network.log().encoded == std::vector<std::size_t>{1});
}

TEST_CASE("what a window leaves untold is decoded again, before the text after it", "[whisper]") {
  const FakeNetwork network =
      network_saying({{0, {.tokens = {at_time(0), word(1), at_time(2), at_time(4)}}},
                      {200, saying(2)},
                      {1000, saying(3)}});
  FakeRecording recording{2000};

  const auto result = transcribe(network, recording, {.clip_timestamps = {0, 10, 10, 20}});

  CHECK(result.text == " one two three");
  CHECK(result.segments.at(1).start == 2);
  CHECK(result.segments.at(1).seek == 200);
  CHECK(network.log().encoded == std::vector<std::size_t>{2, 1});
}

TEST_CASE("windows of a batch are told the initial prompt and nothing of each other", "[whisper]") {
  const FakeNetwork network = network_saying({{100, saying(1)}, {1000, saying(2)}});
  FakeRecording recording{3000};

  static_cast<void>(
      transcribe(network, recording, {.initial_prompt = "x", .clip_timestamps = {1, 5, 10, 15}}));

  CHECK(network.log().prompts.at(0) == network.log().prompts.at(1));
  CHECK(network.log().prompts.at(0).size() == 4);
}

TEST_CASE("words of a batch are timed within their windows", "[whisper]") {
  const FakeNetwork network = network_saying({{100, saying(1)}, {1000, saying(2)}});
  FakeRecording recording{3000};

  const auto result =
      transcribe(network, recording, {.word_timestamps = true, .clip_timestamps = {1, 5, 10, 15}});

  REQUIRE(result.segments.size() == 2);
  REQUIRE(result.segments[1].words.size() == 1);
  CHECK(result.segments[1].words[0].word == " two");
  CHECK(result.segments[1].words[0].start >= 10);
}
