// SPDX-License-Identifier: Apache-2.0
#include "app/formats.hpp"

#include "text/characters.hpp"
#include <clams/util/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

namespace whisper {

namespace {

using clams::Json;

enum class Hours { always, if_any };

// 01:02:03.456, rounded to the nearest millisecond.
std::string clock_text(double seconds, Hours hours, char point) {
  const auto all = std::max(0LL, std::llrint(seconds * 1000));
  const auto milliseconds = all % 1000;
  const auto minutes = all / 60'000;
  std::string text;
  if (hours == Hours::always || minutes >= 60) text = fmt::format("{:02}:", minutes / 60);
  return text +
         fmt::format("{:02}:{:02}{}{:03}", minutes % 60, all / 1000 % 60, point, milliseconds);
}

struct Subtitle {
  double start;
  double end;
  std::string text;
};

// Within a subtitle an arrow would be taken for the one between its times.
std::string subtitle_text(std::string_view text) {
  std::string result(strip(text));
  for (auto at = result.find("-->"); at != std::string::npos; at = result.find("-->", at)) {
    result.replace(at, 3, "->");
  }
  return result;
}

// A float as the shortest decimal that means it: 0.3, not 0.30000001192092896.
Json number(float value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  double result = 0;
  std::from_chars(digits.data(), end, result);
  return result;
}

bool has_words(const Transcription& transcription) {
  return std::ranges::any_of(transcription.segments,
                             [](const Segment& segment) { return !segment.words.empty(); });
}

// One a segment, from its first word to its last where words were timed.
std::vector<Subtitle> subtitles(const Transcription& transcription) {
  std::vector<Subtitle> result;
  const bool timed = has_words(transcription);
  for (const auto& segment : transcription.segments) {
    if (timed && segment.words.empty()) continue;
    result.push_back({.start = timed ? segment.words.front().start : segment.start,
                      .end = timed ? segment.words.back().end : segment.end,
                      .text = subtitle_text(segment.text)});
  }
  return result;
}

Json segment_json(const Segment& segment) {
  Json json;
  json["id"] = segment.id;
  json["seek"] = segment.seek;
  json["start"] = segment.start;
  json["end"] = segment.end;
  json["text"] = segment.text;
  json["tokens"] = segment.tokens;
  json["temperature"] = number(segment.temperature);
  json["avg_logprob"] = number(segment.avg_logprob);
  json["compression_ratio"] = number(segment.compression_ratio);
  json["no_speech_prob"] = number(segment.no_speech_prob);
  return json;
}

Json words_json(const Segment& segment) {
  Json words = Json::array();
  for (const auto& word : segment.words) {
    Json json;
    json["word"] = word.word;
    json["start"] = word.start;
    json["end"] = word.end;
    json["probability"] = number(word.probability);
    words.push_back(std::move(json));
  }
  return words;
}

// OpenAI's HTTP interface has the words of all segments in one list, without spaces.
Json bare_words_json(const Transcription& transcription) {
  Json words = Json::array();
  for (const auto& segment : transcription.segments) {
    for (const auto& word : segment.words) {
      Json json;
      json["word"] = strip(word.word);
      json["start"] = word.start;
      json["end"] = word.end;
      words.push_back(std::move(json));
    }
  }
  return words;
}

}  // namespace

std::string write_srt(const Transcription& transcription) {
  std::string out;
  int number = 0;
  for (const auto& subtitle : subtitles(transcription)) {
    out += fmt::format("{}\n{} --> {}\n{}\n\n", ++number,
                       clock_text(subtitle.start, Hours::always, ','),
                       clock_text(subtitle.end, Hours::always, ','), subtitle.text);
  }
  return out;
}

std::string write_vtt(const Transcription& transcription) {
  std::string out = "WEBVTT\n\n";
  for (const auto& subtitle : subtitles(transcription)) {
    out += fmt::format("{} --> {}\n{}\n\n", clock_text(subtitle.start, Hours::if_any, '.'),
                       clock_text(subtitle.end, Hours::if_any, '.'), subtitle.text);
  }
  return out;
}

std::string write_text(const Transcription& transcription) {
  std::string out;
  for (const auto& segment : transcription.segments) {
    out.append(strip(segment.text)).append("\n");
  }
  return out;
}

std::string write_json(const Transcription& transcription) {
  const bool words = has_words(transcription);
  Json segments = Json::array();
  for (const auto& segment : transcription.segments) {
    segments.push_back(segment_json(segment));
    if (words) segments.back()["words"] = words_json(segment);
  }
  Json json;
  json["text"] = transcription.text;
  json["segments"] = std::move(segments);
  json["language"] = transcription.language;
  return clams::write_json(json);
}

// As OpenAI bills it; clients show it.
Json usage_json(const Transcription& transcription) {
  return {{"type", "duration"},
          {"seconds", static_cast<std::int64_t>(std::ceil(transcription.duration))}};
}

std::string write_verbose_json(const Transcription& transcription, Task task,
                               const VerboseParts& parts) {
  const auto name = language_name(transcription.language);
  Json json;
  json["task"] = task == Task::translate ? "translate" : "transcribe";
  json["language"] = name.empty() ? std::string_view(transcription.language) : name;
  json["duration"] = transcription.duration;
  json["text"] = strip(transcription.text);
  json["usage"] = usage_json(transcription);
  if (parts.words) json["words"] = bare_words_json(transcription);
  if (parts.segments) {
    json["segments"] = Json::array();
    for (const auto& segment : transcription.segments) {
      json["segments"].push_back(segment_json(segment));
    }
  }
  return clams::write_json(json);
}

}  // namespace whisper
