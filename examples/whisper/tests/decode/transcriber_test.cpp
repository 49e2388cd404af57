// SPDX-License-Identifier: Apache-2.0
#include "decode/transcriber.hpp"

#include "decode/support/speaker.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <stdexcept>

namespace {

using namespace whisper;
using namespace whisper::testing;

/// English-only: one window after the other.
struct Session {
  std::map<int, Saying> sayings;
  FakeNetwork network{small_dimensions(), say(small_tokenizer(), sayings)};

  Transcription transcribe(FakeRecording& recording, const TranscribeOptions& options = {},
                           const TranscribeEvents& events = {}) const {
    return Transcriber{network, small_tokenizer(), {}}.transcribe(recording, options, events);
  }
  [[nodiscard]] Transcription transcribe(int frames, const TranscribeOptions& options = {}) const {
    FakeRecording recording{frames};
    return transcribe(recording, options);
  }
};

/// " one" to 11 s, and unfinished text; " two" from there to the end.
Session two_windows() {
  return {{{0, {.tokens = {at_time(0), word(1), at_time(11), at_time(12), word(9)}}},
           {1100, {.tokens = {at_time(0.5), word(2), at_time(3)}}}}};
}

std::vector<std::string> texts_of(const Transcription& result) {
  std::vector<std::string> texts;
  for (const Segment& segment : result.segments) texts.push_back(segment.text);
  return texts;
}

std::vector<int> prompt_of(const FakeNetwork& network, std::size_t window) {
  auto prompt = network.log().prompts.at(window);
  prompt.erase(
      std::find(prompt.begin(), prompt.end(), small_tokenizer().special().start_of_transcript),
      prompt.end());
  if (!prompt.empty()) prompt.erase(prompt.begin());
  return prompt;
}

}  // namespace

TEST_CASE("windows follow each other where the text before them ends", "[whisper]") {
  const Session session = two_windows();

  const Transcription result = session.transcribe(4000);

  CHECK(result.text == " one two");
  CHECK(texts_of(result) == std::vector<std::string>{" one", " two"});
  CHECK(result.segments[1].id == 1);
  CHECK(result.segments[1].seek == 1100);
  CHECK(result.segments[1].start == 11);
  CHECK(result.segments[1].end == 14);
  CHECK(result.duration == 40);
  CHECK(result.language == "en");
}

TEST_CASE("each window is told what was said before it, with its timestamps", "[whisper]") {
  const Session session = two_windows();

  static_cast<void>(session.transcribe(4000));

  CHECK(prompt_of(session.network, 0).empty());
  CHECK(prompt_of(session.network, 1) == std::vector{at_time(0), word(1), at_time(11)});
}

TEST_CASE("windows can be kept from knowing what was said before", "[whisper]") {
  const Session session = two_windows();

  static_cast<void>(
      session.transcribe(4000, {.condition_on_previous_text = false, .initial_prompt = "x"}));

  CHECK(prompt_of(session.network, 0) == std::vector<int>{' ', 'x'});
  CHECK(prompt_of(session.network, 1).empty());
}

TEST_CASE("text drawn at a high temperature is told to no window after it", "[whisper]") {
  const Session session = two_windows();

  const auto result = session.transcribe(4000, {.temperatures = {0.6F}, .best_of = 2});

  CHECK(result.segments.at(0).temperature == 0.6F);
  CHECK(prompt_of(session.network, 1).empty());
}

TEST_CASE("only the first window has the prefix, and only it lacks the hotwords", "[whisper]") {
  const Session session{{{0, {.tokens = {at_time(0), word(1), at_time(11), at_time(12)}}}}};

  static_cast<void>(
      session.transcribe(4000, {.temperatures = {0}, .hotwords = "h", .prefix = "p"}));

  const auto first = session.network.log().prompts.at(0);
  CHECK(std::vector(first.end() - 2, first.end()) == std::vector<int>{' ', 'p'});
  CHECK(prompt_of(session.network, 0).empty());
  const auto second = prompt_of(session.network, 1);
  CHECK(std::vector(second.begin(), second.begin() + 2) == std::vector<int>{' ', 'h'});
}

TEST_CASE("only the clips are transcribed", "[whisper]") {
  const Session session{{{500, {.tokens = {at_time(0), word(5), at_time(1)}}},
                         {3000, {.tokens = {at_time(0), word(6), at_time(1)}}}}};
  FakeRecording recording{6000};

  const auto result = session.transcribe(recording, {.clip_timestamps = {5, 8, 30, 40}});

  CHECK(result.text == " five six");
  CHECK(recording.reads() == std::vector{500, 3000});
  CHECK(result.segments[1].start == 30);
}

TEST_CASE("silence has no text, and the network is not asked about it", "[whisper]") {
  const Session session{{{0, {.tokens = {at_time(0), word(1), at_time(1)}}}}};
  FakeRecording recording{4000, [](int) { return true; }};

  const auto result = session.transcribe(recording);

  CHECK(result.text.empty());
  CHECK(result.segments.empty());
  CHECK(session.network.log().encoded.empty());
}

TEST_CASE("recordings of nothing and of a moment have no text", "[whisper]") {
  const Session session{{{0, {.tokens = {at_time(0), word(1), at_time(1)}}}}};

  CHECK(session.transcribe(0).segments.empty());
  CHECK(session.transcribe(1).segments.empty());
  CHECK(session.transcribe(20).text == " one");
}

TEST_CASE("windows that the network takes for silence are skipped as a whole", "[whisper]") {
  const Saying doubtful{.tokens = {at_time(0), word(1), word(2), word(3), at_time(1)},
                        .no_speech = 0.99F,
                        .confidence = 8};
  const Session session{{{0, doubtful}, {3000, {.tokens = {at_time(0), word(2), at_time(1)}}}}};

  const auto result = session.transcribe(5000);

  CHECK(texts_of(result) == std::vector<std::string>{" two"});
  CHECK(session.transcribe(5000, {.temperatures = {0}, .no_speech_threshold = {}}).text ==
        " one two three two");
}

TEST_CASE("segments, progress and the chance to stop come while the work goes on", "[whisper]") {
  const Session session = two_windows();
  FakeRecording recording{4000};
  std::vector<std::string> heard;
  std::vector<double> done;
  TranscribeEvents events{
      .on_segment = [&](const Segment& segment) { heard.push_back(segment.text); },
      .on_progress = [&](double seconds, double of) { done.push_back(seconds * 1000 + of); }};

  static_cast<void>(session.transcribe(recording, {}, events));

  CHECK(heard == std::vector<std::string>{" one", " two"});
  CHECK(done == std::vector<double>{11040, 40040, 40040});

  FakeRecording again{4000};
  events.check_stop = [] { throw std::runtime_error("stopped"); };
  CHECK_THROWS_WITH(session.transcribe(again, {}, events), "stopped");
}

TEST_CASE("a window whose timestamps do not go on does not go on for ever", "[whisper]") {
  const Session session{{{0, {.tokens = {at_time(0), at_time(0), word(1)}}}}};

  CHECK_NOTHROW(session.transcribe(4000, {.without_timestamps = true}));
}

TEST_CASE("without timestamps each window is a segment", "[whisper]") {
  const Session session{{{0, {.tokens = {word(1)}}}, {3000, {.tokens = {word(2)}}}}};

  const auto result = session.transcribe(4000, {.without_timestamps = true});

  CHECK(texts_of(result) == std::vector<std::string>{" one", " two"});
  CHECK(result.segments[0].end == 30);
  CHECK(result.segments[1].end == 40);
}

TEST_CASE("words are timed, and the next window begins where the last word ends", "[whisper]") {
  const Session session{
      {{0, {.tokens = {at_time(0), word(1), word(2), at_time(2), at_time(2), word(3)}}}}};
  FakeRecording recording{4000};

  const auto result = session.transcribe(recording, {.word_timestamps = true});

  REQUIRE(result.segments.at(0).words.size() == 2);
  CHECK(result.segments[0].words[0].word == " one");
  CHECK(result.segments[0].words[1].probability == Approx(0.9));
  const double end = result.segments[0].words[1].end;
  CHECK(end > result.segments[0].words[0].start);
  CHECK(recording.reads().at(1) == static_cast<int>(end * 100 + 0.5));
}

TEST_CASE("the language is that of the first window with sound", "[whisper]") {
  const auto& special = small_multilingual_tokenizer().special();
  const FakeNetwork network{small_multilingual_dimensions(),
                            [&](float sound, auto tokens, std::span<float> scores) {
                              if (tokens.size() == 1)
                                scores[static_cast<std::size_t>(special.first_language + 2)] = 0;
                              if (tokens.size() > 1)
                                say(small_multilingual_tokenizer(), {})(sound, tokens, scores);
                            }};
  const Transcriber transcriber{network, small_multilingual_tokenizer(), {}};
  FakeRecording recording{7000, [](int frame) { return frame < 3100; }};
  FakeRecording silence{7000, [](int) { return true; }};
  FakeRecording other{7000};

  const auto result = transcriber.transcribe(recording, {});
  const auto nothing = transcriber.transcribe(silence, {});

  CHECK(result.language == "de");
  CHECK(result.language_probability == Approx(1).margin(0.01));
  CHECK(network.log().prompts.at(1).at(1) == special.first_language + 2);
  CHECK(nothing.language == "en");
  CHECK(nothing.language_probability == 0);
  CHECK(transcriber.detect_language(other).first == "de");
}

TEST_CASE("wrong options are refused before anything is read", "[whisper]") {
  const Session session = two_windows();
  FakeRecording recording{4000};

  CHECK_THROWS_AS(session.transcribe(recording, {.beam_size = -1}), clams::Error);
  CHECK(recording.reads().empty());
}
