// SPDX-License-Identifier: Apache-2.0
#include "decode/prompt_history.hpp"

#include "text/characters.hpp"

#include <algorithm>
#include <string>

namespace whisper {

namespace {

void append(std::vector<int>& to, std::span<const int> tokens) {
  to.insert(to.end(), tokens.begin(), tokens.end());
}

std::span<const int> last_of(std::span<const int> tokens, std::size_t count) {
  return tokens.last(std::min(tokens.size(), count));
}

}  // namespace

std::vector<int> encode_words(const Tokenizer& tokenizer, std::string_view text) {
  if (text.empty()) return {};
  return tokenizer.encode(" " + std::string{strip(text)});
}

PromptHistory::PromptHistory(const Tokenizer& tokenizer, const Dimensions& dimensions,
                             const TranscribeOptions& options)
    : room_(static_cast<std::size_t>(dimensions.text_context) / 2 - 1),
      carry_initial_(options.carry_initial_prompt),
      hotwords_(encode_words(tokenizer, options.hotwords)),
      tokens_(encode_words(tokenizer, options.initial_prompt)),
      initial_(tokens_.size()) {
  if (hotwords_.size() > room_) hotwords_.resize(room_);
}

std::vector<int> PromptHistory::prompt() const {
  std::vector<int> result = hotwords_;
  append(result, prompt_within(room_ - hotwords_.size()));
  return result;
}

std::vector<int> PromptHistory::prompt_without_hotwords() const { return prompt_within(room_); }

std::vector<int> PromptHistory::prompt_within(std::size_t room) const {
  const std::span<const int> all{tokens_};
  std::vector<int> result;
  if (carry_initial_) {
    append(result, last_of(all.first(initial_), room));
    append(result, last_of(all.subspan(std::max(initial_, begin_)), room - result.size()));
  } else {
    append(result, last_of(all.subspan(begin_), room));
  }
  return result;
}

void PromptHistory::add(std::span<const int> tokens) { append(tokens_, tokens); }

}  // namespace whisper
