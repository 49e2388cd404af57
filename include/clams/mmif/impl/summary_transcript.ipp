// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/summary_parts.hpp>
#include <clams/mmif/impl/summary_times.ipp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace clams::detail {

// Apps whose output is known to be a transcript, or captions, in the form that is read here.
inline constexpr std::array<std::string_view, 6> kTranscribers{
    "http://apps.clams.ai/aapb-pua-kaldi-wrapper/0.2.2",
    "http://apps.clams.ai/aapb-pua-kaldi-wrapper/0.2.3",
    "http://apps.clams.ai/aapb-pua-kaldi-wrapper/v3",
    "http://apps.clams.ai/whisper-wrapper/v7",
    "http://apps.clams.ai/whisper-wrapper/v8",
    "http://apps.clams.ai/whisper-wrapper/v8-3-g737e280",
};
inline constexpr std::array<std::string_view, 2> kCaptioners{
    "http://apps.clams.ai/llava-captioner/v1.2-6-gc824c97",
    "http://apps.clams.ai/smolvlm2-captioner",
};

// Tokens of a transcript without sentences are shown in lines of so many.
inline constexpr std::size_t kTokensPerLine = 12;

/// Some tokens that are shown as one line, and the id of the sentence that they are, if they are
/// one.
struct TranscriptLine {
  std::optional<std::string> id;
  std::vector<const Annotation*> tokens;
};

CLAMS_INLINE std::vector<TranscriptLine> lines_of_sentences(
    const SummaryIndex& index, const std::vector<const Annotation*>& sentences) {
  std::vector<TranscriptLine> lines;
  for (const Annotation* sentence : sentences) {
    TranscriptLine line{sentence->id(), {}};
    for (const Json& id : property_or_null(*sentence, "targets")) {
      if (const Annotation* token = index.find(id)) line.tokens.push_back(token);
    }
    if (!line.tokens.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

CLAMS_INLINE std::vector<TranscriptLine> lines_of_tokens(
    const std::vector<const Annotation*>& tokens) {
  std::vector<TranscriptLine> lines;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i % kTokensPerLine == 0) lines.emplace_back();
    lines.back().tokens.push_back(tokens[i]);
  }
  return lines;
}

/// A text offset in characters; nothing if the property is no such thing.
CLAMS_INLINE std::optional<std::size_t> text_offset(const Annotation& token,
                                                    std::string_view name) {
  const Json* const value = token.find(name);
  if (value == nullptr || !value->is_number_integer() || *value < 0) return std::nullopt;
  return value->get<std::size_t>();
}

/// The text that tokens make when each is put at its offsets; blanks where there is none.
class TokenText {
 public:
  /// Text that ends at `size` characters, or beyond if tokens say so.
  explicit TokenText(std::size_t size) : characters_(std::min(size, kMostCharacters), U' ') {}

  /// Puts a token in the place of what is between its offsets, even if it is of another length.
  void put(const Annotation& token);
  [[nodiscard]] std::string between(std::size_t start, std::size_t end) const;

 private:
  static constexpr std::size_t kMostCharacters = 100'000'000;  // more is no text but a wrong offset

  [[nodiscard]] std::size_t clipped(std::size_t offset) const {
    return std::min(offset, characters_.size());
  }

  std::u32string characters_;
};

CLAMS_INLINE std::u32string decoded(std::string_view text) {
  std::u32string characters;
  while (const auto next = first_code_point(text, Surrogates::accept)) {
    characters += next->value;
    text.remove_prefix(next->length);
  }
  return characters;
}

CLAMS_INLINE void TokenText::put(const Annotation& token) {
  const auto start = text_offset(token, "start");
  const auto end = text_offset(token, "end");
  const Json text = property_or_null(token, "text");
  if (!start || !end || !text.is_string()) return;
  const std::size_t first = clipped(*start);
  const std::size_t last = std::max(first, clipped(*end));
  characters_.replace(first, last - first, decoded(text.get_ref<const std::string&>()));
}

CLAMS_INLINE std::string TokenText::between(std::size_t start, std::size_t end) const {
  std::string text;
  for (std::size_t i = clipped(start); i < clipped(end); ++i) append_utf8(text, characters_[i]);
  return text;
}

CLAMS_INLINE Json summarized_line(const SummaryIndex& index, const TranscriptLine& line,
                                  TokenText& text) {
  for (const Annotation* token : line.tokens) text.put(*token);
  const Annotation& first = *line.tokens.front();
  const Annotation& last = *line.tokens.back();
  Json summary = {{"start-time", index.times_of_token(first).start},
                  {"end-time", index.times_of_token(last).end},
                  {"text", text.between(text_offset(first, "start").value_or(0),
                                        text_offset(last, "end").value_or(0))}};
  if (line.id) summary["id"] = *line.id;
  return summary;
}

CLAMS_INLINE Json summarized_transcript(const SummaryIndex& index) {
  Json transcript = Json::array();
  const View* const view = last_view_by(index.mmif(), kTranscribers);
  if (view == nullptr) return transcript;
  const auto tokens = annotations_named(*view, types::kToken.name);
  if (tokens.empty()) return transcript;
  const auto sentences = annotations_named(*view, types::kSentence.name);
  const auto lines =
      sentences.empty() ? lines_of_tokens(tokens) : lines_of_sentences(index, sentences);
  if (lines.empty()) return transcript;
  TokenText text{text_offset(*lines.back().tokens.back(), "end").value_or(0)};
  for (const TranscriptLine& line : lines) transcript.push_back(summarized_line(index, line, text));
  return transcript;
}

/// The time of the image that a caption's frame is represented by: the first representative of the
/// last TimeFrame that the text is aligned to. Null if there is none.
CLAMS_INLINE Json time_of_captioned_frame(const SummaryIndex& index, const Annotation& text) {
  Json time;
  for (const Annotation* frame : index.aligned(text, types::kTimeFrame.name)) {
    const Json representatives = property_or_null(*frame, "representatives");
    if (representatives.is_array() && !representatives.empty()) {
      time = index.time_point_at(representatives.front());
    }
  }
  return time;
}

/// What a model has answered: the text after the instruction, if that is repeated in it.
CLAMS_INLINE std::string caption_text(const Annotation& document) {
  constexpr std::string_view kInstructionEnd = "[/INST]";
  const Json text = property_or_null(document, "text");
  if (!text.is_object()) return {};
  const std::string value = text.value("@value", std::string{});
  const std::size_t end = value.rfind(kInstructionEnd);
  return end == std::string::npos ? value : value.substr(end + kInstructionEnd.size());
}

CLAMS_INLINE Json summarized_captions(const SummaryIndex& index) {
  Json captions = Json::array();
  const View* const view = last_view_by(index.mmif(), kCaptioners);
  if (view == nullptr) return captions;
  for (const Annotation* text : annotations_named(*view, types::kTextDocument.name)) {
    for (const Json& time :
         {time_of_captioned_frame(index, *text), index.time_point_of_document(*text)}) {
      if (time.is_null()) continue;
      captions.push_back(
          {{"identifier", text->id()}, {"time-point", time}, {"text", caption_text(*text)}});
    }
  }
  return captions;
}

}  // namespace clams::detail
