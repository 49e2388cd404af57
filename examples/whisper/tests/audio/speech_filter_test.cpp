// SPDX-License-Identifier: Apache-2.0
#include "audio/speech_filter.hpp"

#include "audio/support/recordings.hpp"
#include "support/catch.hpp"

#include <numeric>

using whisper::kSampleRate;
using whisper::read_speech;
using whisper::speech_chunks;
using whisper::SpeechSpan;
using whisper::SpeechTimeline;
using whisper::testing::read_all;

namespace {

/// A sound whose samples are 0, 1, 2, ...: so that each tells where it came from.
std::vector<float> counted(std::size_t samples) {
  std::vector<float> sound(samples);
  std::iota(sound.begin(), sound.end(), 0.0F);
  return sound;
}

SpeechSpan seconds(int begin, int end) { return {begin * kSampleRate, end * kSampleRate}; }

}  // namespace

TEST_CASE("only the spans of speech are read, end to end", "[whisper]") {
  const auto sound = counted(20000);
  for (const std::size_t step : {1U, 7U, 30000U}) {
    const auto reader = read_speech(whisper::read_samples(sound), {{3, 5}, {10000, 10002}});

    CHECK(reader->expected_samples() == 4U);
    CHECK(read_all(*reader, step) == std::vector<float>{3, 4, 10000, 10001});
  }
}

TEST_CASE("a recording without speech is read as empty", "[whisper]") {
  const auto sound = counted(100);

  CHECK(read_all(*read_speech(whisper::read_samples(sound), {})).empty());
  CHECK(SpeechTimeline{{}}.samples() == 0);
  CHECK(SpeechTimeline{{}}.begin_at(1.5) == 1.5);
  CHECK(SpeechTimeline{{}}.end_at(1.5) == 1.5);
}

TEST_CASE("a recording that ends before its spans do is read to its end", "[whisper]") {
  const auto sound = counted(6);

  CHECK(read_all(*read_speech(whisper::read_samples(sound), {{4, 9}, {20, 30}})) ==
        std::vector<float>{4, 5});
}

TEST_CASE("a time among the speech is led back to the recording", "[whisper]") {
  const SpeechTimeline timeline{{seconds(2, 5), seconds(10, 11)}};

  CHECK(timeline.samples() == 4 * kSampleRate);
  CHECK(timeline.begin_at(0.0) == 2.0);
  CHECK(timeline.begin_at(2.5) == 4.5);
  CHECK(timeline.end_at(2.5) == 4.5);
  CHECK(timeline.begin_at(3.25) == 10.25);
  CHECK(timeline.end_at(4.0) == 11.0);
}

TEST_CASE("at a seam a word begins after the gap and ends before it", "[whisper]") {
  const SpeechTimeline timeline{{seconds(2, 5), seconds(10, 11)}};

  CHECK(timeline.begin_at(3.0) == 10.0);
  CHECK(timeline.end_at(3.0) == 5.0);
  CHECK(timeline.end_at(0.0) == 2.0);
}

TEST_CASE("neighbouring spans share a chunk as long as they fit", "[whisper]") {
  const auto chunks = speech_chunks({seconds(0, 10), seconds(12, 32), seconds(40, 41)});

  REQUIRE(chunks.size() == 2U);
  CHECK(chunks[0] == std::vector<SpeechSpan>{seconds(0, 10), seconds(12, 32)});
  CHECK(chunks[1] == std::vector<SpeechSpan>{seconds(40, 41)});
  CHECK(speech_chunks({}).empty());
}

TEST_CASE("a span that is too long is cut into equal parts", "[whisper]") {
  const auto chunks = speech_chunks({seconds(0, 1), seconds(10, 85)});

  REQUIRE(chunks.size() == 3U);
  CHECK(chunks[0] == std::vector<SpeechSpan>{seconds(0, 1), seconds(10, 35)});
  CHECK(chunks[1] == std::vector<SpeechSpan>{seconds(35, 60)});
  CHECK(chunks[2] == std::vector<SpeechSpan>{seconds(60, 85)});
}
