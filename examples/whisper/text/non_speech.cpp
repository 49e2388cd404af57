// SPDX-License-Identifier: Apache-2.0
#include "text/non_speech.hpp"

#include <array>
#include <set>
#include <string>
#include <string_view>

namespace whisper {

namespace {

// They count where they are one token.
constexpr auto kSymbols = std::to_array<std::string_view>(
    {"\"",  "#",  "(",  ")",   "*",   "+",   "/",   ":",  ";",   "<",  "=",  ">",
     "@",   "[",  "\\", "]",   "^",   "_",   "`",   "{",  "|",   "}",  "~",  "「",
     "」",  "『", "』", "<<",  ">>",  "<<<", ">>>", "--", "---", "-(", "-[", "('",
     "(\"", "((", "))", "(((", ")))", "[[",  "]]",  "{{", "}}",  "♪♪", "♪♪♪"});

// Where these are several tokens, the first one stands for them all: it is that of U+2640 to
// U+267F, none of which is spoken.
constexpr auto kMusic = std::to_array<std::string_view>({"♩", "♪", "♫", "♬", "♭", "♮", "♯"});

}  // namespace

std::vector<int> find_non_speech_tokens(const Tokenizer& tokenizer) {
  // Hyphens and single quotes are speech within words, but not before them.
  std::set<int> found{tokenizer.encode(" -").front(), tokenizer.encode(" '").front()};
  const auto add = [&](std::string_view symbol, std::size_t longest) {
    for (const auto* const space : {"", " "}) {
      const auto tokens = tokenizer.encode(space + std::string(symbol));
      if (tokens.size() <= longest) found.insert(tokens.front());
    }
  };
  for (const auto symbol : kSymbols) add(symbol, 1);
  for (const auto symbol : kMusic) add(symbol, symbol.size() + 1);
  return {found.begin(), found.end()};
}

}  // namespace whisper
