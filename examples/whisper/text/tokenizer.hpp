// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dimensions.hpp"
#include "model/vocabulary.hpp"
#include "text/byte_pairs.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whisper {

enum class Task { transcribe, translate };

/// The ids of the tokens that are not text.
struct SpecialTokens {
  int end_of_text = 0;
  int start_of_transcript = 0;
  int first_language = 0;
  int translate = 0;
  int transcribe = 0;
  int start_of_lm = 0;
  int start_of_previous = 0;
  int no_speech = 0;
  int no_timestamps = 0;
  int first_timestamp = 0;  ///< stands for 0.00 s; each next one for 20 ms more
};

/// A word and the tokens that spell it.
struct WordTokens {
  std::string word = {};  ///< with the space before it, as spoken
  std::vector<int> tokens = {};
};

/// Text to tokens and back, for one vocabulary.
///
/// Ownership: a value; copies share the vocabulary.
/// Threads: immutable once made.
/// Errors: the constructor throws clams::Error invalid_input for a vocabulary that does not fit
///   the dimensions.
class Tokenizer {
 public:
  Tokenizer(Vocabulary vocabulary, const Dimensions& dimensions);

  [[nodiscard]] const SpecialTokens& special() const noexcept { return special_; }
  [[nodiscard]] bool is_multilingual() const noexcept { return multilingual_; }
  /// `en`, `zh`, ...: in the order of their tokens.
  [[nodiscard]] std::span<const std::string_view> languages() const noexcept;
  /// The token of a language code; none for one that this vocabulary does not have.
  [[nodiscard]] std::optional<int> language_token(std::string_view code) const;

  /// Byte-pair encoding. What looks like a special token is text like any other.
  [[nodiscard]] std::vector<int> encode(std::string_view text) const;
  /// The text, without special tokens and timestamps; bytes that are no UTF-8 become U+FFFD.
  [[nodiscard]] std::string decode(std::span<const int> tokens) const;
  /// The same with timestamps written as `<|1.08|>`.
  [[nodiscard]] std::string decode_with_timestamps(std::span<const int> tokens) const;

  /// What a transcript begins with: the start, and for a multilingual vocabulary language and task.
  /// @throws clams::Error invalid_parameter for a language that a multilingual vocabulary lacks.
  [[nodiscard]] std::vector<int> start_sequence(std::string_view language, Task task) const;
  /// Tokens of annotations such as ♪♪♪ or [[, which are no speech; sorted.
  [[nodiscard]] const std::vector<int>& non_speech_tokens() const noexcept { return non_speech_; }

  /// Cuts text tokens into words: at spaces, or at every character for languages that have none.
  /// Each token is in one word, each character too, even one that several tokens spell.
  [[nodiscard]] std::vector<WordTokens> split_to_words(std::span<const int> tokens,
                                                       std::string_view language) const;

 private:
  [[nodiscard]] std::string bytes_of(int token) const;
  [[nodiscard]] std::vector<WordTokens> split_to_characters(std::span<const int> tokens) const;

  std::shared_ptr<const BytePairs> pairs_;
  SpecialTokens special_;
  bool multilingual_;
  int languages_;
  std::vector<int> non_speech_;
};

/// The code of a language given as a code or as an English name (`german`, `Castilian`); none for
/// one that no Whisper model knows. Regions are ignored: `en-US` is `en`.
[[nodiscard]] std::optional<std::string_view> language_code(std::string_view name);

/// The English name of a language code, in lower case; empty for what is no code.
[[nodiscard]] std::string_view language_name(std::string_view code);

}  // namespace whisper
