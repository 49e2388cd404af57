// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/transcriber.hpp"
#include "model/dimensions.hpp"
#include "text/tokenizer.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace whisper {

/// What the windows of a recording have said so far, and what of it the next window is told.
///
/// Ownership: owns its tokens.
/// Threads: confined.
/// Errors: none.
class PromptHistory {
 public:
  PromptHistory(const Tokenizer& tokenizer, const Dimensions& dimensions,
                const TranscribeOptions& options);

  /// The text before the next window: hotwords, the initial prompt and what was said since the
  /// last `forget`, as much of it as fits.
  [[nodiscard]] std::vector<int> prompt() const;
  /// The same for a window that begins with a prefix, which hotwords would contradict.
  [[nodiscard]] std::vector<int> prompt_without_hotwords() const;

  void add(std::span<const int> tokens);
  /// What was said so far does not become part of a prompt any more.
  void forget() noexcept { begin_ = tokens_.size(); }

 private:
  [[nodiscard]] std::vector<int> prompt_within(std::size_t room) const;

  std::size_t room_;  // for tokens of a prompt
  bool carry_initial_;
  std::vector<int> hotwords_;
  std::vector<int> tokens_;  // the initial prompt and what was said
  std::size_t initial_;      // how many of them are the initial prompt
  std::size_t begin_ = 0;    // the first that a prompt may have
};

/// The tokens of words that the caller gives, with a space before them; none for no text.
[[nodiscard]] std::vector<int> encode_words(const Tokenizer& tokenizer, std::string_view text);

}  // namespace whisper
