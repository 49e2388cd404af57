// SPDX-License-Identifier: Apache-2.0
#include "app/transcript_view.hpp"

#include <clams/mmif/vocabulary.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace whisper {

namespace {

using clams::Json;
namespace types = clams::types;

/// A word as it stands in the text.
struct SpokenWord {
  std::string text;
  double start;
  double end;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<SpokenWord> words_of(const Segment& segment) {
  std::vector<SpokenWord> words;
  for (const Word& word : segment.words) {
    const auto text = trimmed(word.word);
    if (!text.empty()) words.push_back({std::string{text}, word.start, word.end});
  }
  if (!segment.words.empty()) return words;
  std::string_view rest = trimmed(segment.text);
  while (!rest.empty()) {
    const auto space = rest.find(' ');
    words.push_back({std::string{rest.substr(0, space)}, segment.start, segment.end});
    rest = space == std::string_view::npos ? std::string_view{} : trimmed(rest.substr(space));
  }
  return words;
}

/// Characters, as Python counts them. The text is UTF-8.
std::int64_t character_count(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
}

std::string joined(const std::vector<std::vector<SpokenWord>>& segments) {
  std::string text;
  for (const auto& words : segments) {
    for (const SpokenWord& word : words) text += (text.empty() ? "" : " ") + word.text;
  }
  return text;
}

// Cut off, not rounded, as in the Python app.
std::int64_t milliseconds(double seconds) { return static_cast<std::int64_t>(seconds * 1000); }

/// Writes one segment; returns the offset of what follows it.
std::int64_t write_segment(const std::vector<SpokenWord>& words, const std::string& text_id,
                           std::int64_t offset, clams::View& view) {
  Json tokens = Json::array();
  for (const SpokenWord& word : words) {
    const std::int64_t end = offset + character_count(word.text);
    const auto& token = view.add_annotation(
        types::kToken,
        {{"text", word.text}, {"start", offset}, {"end", end}, {"document", text_id}});
    const auto& frame = view.add_annotation(types::kTimeFrame, {{"frameType", "speech"},
                                                                {"start", milliseconds(word.start)},
                                                                {"end", milliseconds(word.end)}});
    view.add_alignment(frame, token);
    tokens.push_back(token.id());
    offset = end + 1;
  }
  view.add_annotation(types::kSentence, {{"targets", tokens}, {"text", joined({words})}});
  return offset;
}

}  // namespace

void write_transcript(const Transcription& transcription, const clams::Document& source,
                      const std::string& language, clams::View& view) {
  view.add_contains(types::kTextDocument, {{"@lang", language}});
  view.add_contains(types::kToken);
  view.add_contains(types::kTimeFrame, {{"timeUnit", "milliseconds"}, {"document", source.id()}});
  view.add_contains(types::kAlignment);
  std::vector<std::vector<SpokenWord>> segments;
  for (const Segment& segment : transcription.segments) {
    auto words = words_of(segment);
    if (!words.empty()) segments.push_back(std::move(words));
  }
  const auto& text = view.add_text_document(joined(segments), language);
  view.add_alignment(source, text);
  std::int64_t offset = 0;
  for (const auto& words : segments) offset = write_segment(words, text.id(), offset, view);
}

}  // namespace whisper
