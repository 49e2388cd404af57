// SPDX-License-Identifier: Apache-2.0
#include "text/tokenizer.hpp"

#include "text/characters.hpp"
#include "text/languages.hpp"
#include "text/non_speech.hpp"
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace whisper {

namespace {

constexpr int kTimestamps = 1501;  // 0.00 to 30.00 seconds
constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

// The special tokens follow the text tokens in one order, whatever the vocabulary.
SpecialTokens special_tokens(int text_tokens, int languages) {
  SpecialTokens special;
  int id = text_tokens;
  special.end_of_text = id++;
  special.start_of_transcript = id++;
  special.first_language = id;
  id += languages;
  special.translate = id++;
  special.transcribe = id++;
  special.start_of_lm = id++;
  special.start_of_previous = id++;
  special.no_speech = id++;
  special.no_timestamps = id++;
  special.first_timestamp = id;
  return special;
}

int checked_languages(const Dimensions& dimensions, std::size_t text_tokens) {
  const int languages = dimensions.languages();
  const auto known = static_cast<int>(language_codes().size());
  if (languages < 1 || languages > known) {
    throw clams::Error(
        clams::ErrorCode::invalid_input,
        fmt::format("a vocabulary of {} tokens is none of Whisper's: it would have {} languages; 1 "
                    "to {} are possible",
                    dimensions.vocabulary, languages, known));
  }
  const int specials = special_tokens(0, languages).first_timestamp + kTimestamps;
  const int expected = dimensions.vocabulary - specials;
  if (text_tokens != static_cast<std::size_t>(expected)) {
    throw clams::Error(clams::ErrorCode::invalid_input,
                       fmt::format("the vocabulary has {} text tokens; {} are needed in a model "
                                   "whose vocabulary has {} in all",
                                   text_tokens, expected, dimensions.vocabulary));
  }
  return languages;
}

// At which bytes of the decoded text a character begins; the end counts as one.
std::vector<char> character_starts(std::string_view bytes) {
  std::vector<char> starts(bytes.size() + 1, 0);
  for (std::size_t at = 0; at < bytes.size(); at += unit_length(bytes.substr(at))) starts[at] = 1;
  starts[bytes.size()] = 1;
  return starts;
}

bool has_spaces(std::string_view language) {
  constexpr std::array<std::string_view, 6> kWithout{"zh", "ja", "th", "lo", "my", "yue"};
  return std::ranges::find(kWithout, language) == kWithout.end();
}

}  // namespace

Tokenizer::Tokenizer(Vocabulary vocabulary, const Dimensions& dimensions)
    : multilingual_(dimensions.is_multilingual()),
      languages_(checked_languages(dimensions, vocabulary.tokens.size())) {
  special_ = special_tokens(static_cast<int>(vocabulary.tokens.size()), languages_);
  pairs_ = std::make_shared<const BytePairs>(std::move(vocabulary));
  non_speech_ = find_non_speech_tokens(*this);
}

std::span<const std::string_view> Tokenizer::languages() const noexcept {
  return language_codes().first(static_cast<std::size_t>(languages_));
}

std::optional<int> Tokenizer::language_token(std::string_view code) const {
  const auto codes = languages();
  const auto found = std::ranges::find(codes, code);
  if (found == codes.end()) return std::nullopt;
  return special_.first_language + static_cast<int>(found - codes.begin());
}

std::vector<int> Tokenizer::encode(std::string_view text) const {
  const std::string valid = decode_utf8(text);
  std::vector<int> tokens;
  std::string_view rest = valid;
  while (!rest.empty()) {
    const auto piece = rest.substr(0, piece_length(rest));
    pairs_->encode(piece, tokens);
    rest.remove_prefix(piece.size());
  }
  return tokens;
}

std::string Tokenizer::bytes_of(int token) const {
  if (token < 0 || token >= special_.end_of_text) return {};
  return std::string(pairs_->bytes(static_cast<std::size_t>(token)));
}

std::string Tokenizer::decode(std::span<const int> tokens) const {
  std::string bytes;
  for (const int token : tokens) bytes += bytes_of(token);
  return decode_utf8(bytes);
}

std::string Tokenizer::decode_with_timestamps(std::span<const int> tokens) const {
  std::string bytes;
  for (const int token : tokens) {
    const int step = token - special_.first_timestamp;
    if (step >= 0 && step < kTimestamps) {
      bytes += fmt::format("<|{}.{:02}|>", step / 50, step % 50 * 2);
    } else {
      bytes += bytes_of(token);
    }
  }
  return decode_utf8(bytes);
}

std::vector<int> Tokenizer::start_sequence(std::string_view language, Task task) const {
  if (!multilingual_) return {special_.start_of_transcript};
  const auto token = language_token(language);
  if (!token) {
    throw clams::Error(clams::ErrorCode::invalid_parameter,
                       fmt::format("this model does not know the language '{}'; it knows {}",
                                   language, fmt::join(languages(), ", ")));
  }
  return {special_.start_of_transcript, *token,
          task == Task::translate ? special_.translate : special_.transcribe};
}

std::vector<WordTokens> Tokenizer::split_to_characters(std::span<const int> tokens) const {
  std::string all;
  for (const int token : tokens) all += bytes_of(token);
  const auto starts = character_starts(all);
  std::vector<WordTokens> words;
  std::size_t begin = 0;
  std::size_t end = 0;
  WordTokens current;
  for (const int token : tokens) {
    end += bytes_of(token).size();
    current.tokens.push_back(token);
    if (starts[end] == 0) continue;
    current.word = decode_utf8(std::string_view(all).substr(begin, end - begin));
    words.push_back(std::exchange(current, {}));
    begin = end;
  }
  return words;
}

std::vector<WordTokens> Tokenizer::split_to_words(std::span<const int> tokens,
                                                  std::string_view language) const {
  auto characters = split_to_characters(tokens);
  if (multilingual_ && !has_spaces(language)) return characters;
  std::vector<WordTokens> words;
  for (auto& part : characters) {
    const bool special = part.tokens.front() >= special_.end_of_text;
    const bool punctuation = kPunctuation.find(strip(part.word)) != std::string_view::npos;
    if (words.empty() || special || punctuation || part.word.starts_with(' ')) {
      words.push_back(std::move(part));
    } else {
      words.back().word += part.word;
      words.back().tokens.insert(words.back().tokens.end(), part.tokens.begin(), part.tokens.end());
    }
  }
  return words;
}

}  // namespace whisper
