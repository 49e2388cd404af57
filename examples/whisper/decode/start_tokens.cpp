// SPDX-License-Identifier: Apache-2.0
#include "decode/start_tokens.hpp"

#include <algorithm>

namespace whisper {

namespace {

std::span<const int> last_of(std::span<const int> tokens, std::size_t count) {
  return tokens.last(std::min(tokens.size(), count));
}

void append(std::vector<int>& to, std::span<const int> tokens) {
  to.insert(to.end(), tokens.begin(), tokens.end());
}

}  // namespace

StartTokens make_start_tokens(const Tokenizer& tokenizer, const Dimensions& dimensions,
                              const DecodingOptions& options) {
  const auto context = static_cast<std::size_t>(dimensions.text_context);
  const std::size_t half = context / 2 - 1;
  const auto prefix = std::span{options.prefix}.first(std::min(options.prefix.size(), half));
  std::vector<int> start = tokenizer.start_sequence(options.language, options.task);
  if (!options.timestamps) start.push_back(tokenizer.special().no_timestamps);
  append(start, prefix);

  StartTokens result;
  if (!options.prompt.empty()) {
    const std::size_t room = context - start.size() - 2;  // a prompt's start, a token to decode
    result.tokens.push_back(tokenizer.special().start_of_previous);
    append(result.tokens, last_of(options.prompt, std::min(half, room)));
  }
  result.start_of_transcript = result.tokens.size();
  append(result.tokens, start);
  return result;
}

}  // namespace whisper
