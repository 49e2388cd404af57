// SPDX-License-Identifier: Apache-2.0
#include "decode/encoder_length.hpp"

#include "decode/support/speaker.hpp"
#include "decode/transcriber.hpp"
#include "support/catch.hpp"

namespace {

using namespace whisper;
using namespace whisper::testing;

FakeNetwork speaking_network() {
  const Saying one{.tokens = {at_time(0), word(1), at_time(2)}};
  return {small_dimensions(), say(small_tokenizer(), {{0, one}, {1000, one}, {2000, one}})};
}

/// How long the encoded windows of a recording were.
std::vector<int> encoded_frames(int frames, TranscribeOptions options) {
  const FakeNetwork network = speaking_network();
  FakeRecording recording{frames};
  options.encoder_length = EncoderLength::audio;
  static_cast<void>(Transcriber{network, small_tokenizer(), {}}.transcribe(recording, options));
  return network.log().frames;
}

}  // namespace

TEST_CASE("the whole window is encoded unless something else is asked for", "[whisper]") {
  CHECK(TranscribeOptions{}.encoder_length == EncoderLength::window);
  CHECK(encoder_frames(EncoderLength::window, 1) == kWindowFrames);
  CHECK(encoder_frames(EncoderLength::window, kWindowFrames) == kWindowFrames);
}

TEST_CASE("of a short window the audio and a margin are encoded", "[whisper]") {
  for (int content = 1; content <= kWindowFrames; ++content) {
    const int frames = encoder_frames(EncoderLength::audio, content);
    REQUIRE(frames % 2 == 0);
    REQUIRE(frames >= content);
    REQUIRE(frames <= kWindowFrames);
  }
  CHECK(encoder_frames(EncoderLength::audio, 1100) == 2000);
  CHECK(encoder_frames(EncoderLength::audio, 1999) == 2300);
  CHECK(encoder_frames(EncoderLength::audio, kWindowFrames) == kWindowFrames);
}

TEST_CASE("the first frames of a window are its rows' beginnings", "[whisper]") {
  const MelWindow window{.mels = 2, .frames = 4, .values = {1, 2, 3, 4, 5, 6, 7, 8}};

  const MelWindow part = first_frames(window, 2);

  CHECK(part.mels == 2);
  CHECK(part.frames == 2);
  CHECK(part.values == std::vector<float>{1, 2, 5, 6});
}

TEST_CASE("only the window at a recording's end is shorter", "[whisper]") {
  CHECK(encoded_frames(500, {}) == std::vector{encoder_frames(EncoderLength::audio, 500)});
  CHECK(encoded_frames(3000, {}) == std::vector{kWindowFrames});
}

TEST_CASE("windows side by side are as long as the longest of them", "[whisper]") {
  const auto frames =
      encoded_frames(4500, {.clip_timestamps = {0, 2, 10, 15, 20, 42}, .batch_size = 4});

  CHECK(frames == std::vector{2500});
}

TEST_CASE("words are placed in a window that was encoded in part", "[whisper]") {
  const FakeNetwork network = speaking_network();
  FakeRecording recording{500};
  const Transcriber transcriber{network, small_tokenizer(), {}};

  const auto result = transcriber.transcribe(
      recording, {.word_timestamps = true, .encoder_length = EncoderLength::audio});

  REQUIRE(result.segments.size() == 1);
  REQUIRE(result.segments.front().words.size() == 1);
  CHECK(result.segments.front().words.front().end <= 5);
}
