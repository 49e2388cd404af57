// SPDX-License-Identifier: Apache-2.0
#include "app/formats.hpp"

#include "support/catch.hpp"
#include <clams/util/json.hpp>

namespace {

using namespace whisper;

Transcription two_segments() {
  return {.text = " Ask not, \u00e9l\u00e8ve. What you can do",
          .language = "en",
          .duration = 3725.5,
          .segments = {{.id = 0,
                        .seek = 0,
                        .start = 0,
                        .end = 2.5,
                        .text = " Ask not, \u00e9l\u00e8ve.",
                        .tokens = {50364, 12320, 50489},
                        .temperature = 0.2F,
                        .avg_logprob = -0.3775F,
                        .compression_ratio = 1.25F,
                        .no_speech_prob = 0.1F},
                       {.id = 1,
                        .seek = 250,
                        .start = 61.0049,
                        .end = 3725.4996,
                        .text = " What you --> can do ",
                        .tokens = {50364}}}};
}

Transcription with_words() {
  auto transcription = two_segments();
  transcription.segments[0].words = {
      {.word = " Ask", .start = 0.5, .end = 1.0, .probability = 0.9F},
      {.word = " not,", .start = 1.0, .end = 1.5, .probability = 0.25F}};
  return transcription;
}

TEST_CASE("SubRip subtitles are numbered and have hours", "[whisper]") {
  CHECK(write_srt(two_segments()) ==
        "1\n00:00:00,000 --> 00:00:02,500\nAsk not, \u00e9l\u00e8ve.\n\n"
        "2\n00:01:01,005 --> 01:02:05,500\nWhat you -> can do\n\n");
  CHECK(write_srt({}).empty());
}

TEST_CASE("WebVTT subtitles have hours where there are any", "[whisper]") {
  CHECK(write_vtt(two_segments()) ==
        "WEBVTT\n\n"
        "00:00.000 --> 00:02.500\nAsk not, \u00e9l\u00e8ve.\n\n"
        "01:01.005 --> 01:02:05.500\nWhat you -> can do\n\n");
  CHECK(write_vtt({}) == "WEBVTT\n\n");
}

TEST_CASE("subtitles last from the first word to the last where words were timed", "[whisper]") {
  CHECK(write_vtt(with_words()) ==
        "WEBVTT\n\n00:00.500 --> 00:01.500\nAsk not, \u00e9l\u00e8ve.\n\n");
}

TEST_CASE("a time before the start counts as the start", "[whisper]") {
  Transcription transcription{.segments = {{.start = -0.01, .end = 0.9996, .text = "x"}}};

  CHECK(write_vtt(transcription) == "WEBVTT\n\n00:00.000 --> 00:01.000\nx\n\n");
}

TEST_CASE("plain text has a line for each segment", "[whisper]") {
  CHECK(write_text(two_segments()) == "Ask not, \u00e9l\u00e8ve.\nWhat you --> can do\n");
}

TEST_CASE("JSON is openai-whisper's result", "[whisper]") {
  const std::string beginning =
      R"({"text": " Ask not, \u00e9l\u00e8ve. What you can do", "segments": [{"id": 0, )"
      R"("seek": 0, "start": 0.0, "end": 2.5, "text": " Ask not, \u00e9l\u00e8ve.", )"
      R"("tokens": [50364, 12320, 50489], "temperature": 0.2, "avg_logprob": -0.3775, )"
      R"("compression_ratio": 1.25, "no_speech_prob": 0.1}, {"id": 1, "seek": 250, )";
  CHECK(write_json(two_segments()).substr(0, beginning.size()) == beginning);
  const auto json = clams::parse_json(write_json(two_segments()));
  CHECK(json["language"] == "en");
  CHECK(json["segments"].size() == 2);
  CHECK_FALSE(json["segments"][0].contains("words"));
}

TEST_CASE("JSON has words in every segment where words were timed", "[whisper]") {
  const auto json = clams::parse_json(write_json(with_words()));
  const auto& words = json["segments"][0]["words"];

  REQUIRE(words.size() == 2);
  CHECK(clams::write_json(words[1]) ==
        R"({"word": " not,", "start": 1.0, "end": 1.5, "probability": 0.25})");
  CHECK(json["segments"][1]["words"] == clams::Json::array());
}

TEST_CASE("verbose JSON names the language and has the parts asked for", "[whisper]") {
  const auto segments = clams::parse_json(write_verbose_json(with_words(), Task::transcribe, {}));
  const auto words = clams::parse_json(
      write_verbose_json(with_words(), Task::translate, {.segments = false, .words = true}));

  CHECK(segments["task"] == "transcribe");
  CHECK(segments["language"] == "english");
  CHECK(segments["duration"] == 3725.5);
  CHECK(segments["text"] == "Ask not, \u00e9l\u00e8ve. What you can do");
  CHECK(segments["segments"].size() == 2);
  CHECK_FALSE(segments.contains("words"));
  CHECK(words["task"] == "translate");
  CHECK_FALSE(words.contains("segments"));
  CHECK(clams::write_json(words["words"][0]) == R"({"word": "Ask", "start": 0.5, "end": 1.0})");
}

TEST_CASE("a transcript without words has an empty list of them", "[whisper]") {
  const auto json =
      clams::parse_json(write_verbose_json(two_segments(), Task::transcribe, {.words = true}));

  CHECK(json["words"] == clams::Json::array());
}

}  // namespace
