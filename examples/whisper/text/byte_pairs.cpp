// SPDX-License-Identifier: Apache-2.0
#include "text/byte_pairs.hpp"

#include "text/characters.hpp"
#include <clams/util/error.hpp>
#include <clams/util/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <queue>
#include <tuple>
#include <utility>

namespace whisper {

namespace {

// What is no character counts as U+FFFD, so that every text has pieces.
clams::CodePoint next_character(std::string_view text) {
  return clams::first_code_point(text).value_or(clams::CodePoint{U'\uFFFD', 1});
}

CharacterKind kind_at(std::string_view text) { return character_kind(next_character(text).value); }

std::size_t run_length(std::string_view text, CharacterKind kind) {
  std::size_t length = 0;
  while (length < text.size()) {
    const auto character = next_character(text.substr(length));
    if (character_kind(character.value) != kind) break;
    length += character.length;
  }
  return length;
}

std::size_t ending_length(std::string_view text) {
  constexpr std::array<std::string_view, 7> kEndings{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};
  for (const auto ending : kEndings) {
    if (text.starts_with(ending)) return ending.size();
  }
  return 0;
}

// The last blank before something else is left to it: it may be the space that belongs there.
std::size_t blanks_length(std::string_view text) {
  const std::size_t run = run_length(text, CharacterKind::blank);
  if (run == text.size()) return run;
  std::size_t last = run - 1;
  while ((static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80U) --last;
  return last == 0 ? run : last;
}

// Two neighbouring parts, [left, ...) and [..., end), that are a token together.
struct Merge {
  int rank;
  std::size_t left;
  std::size_t end;
  bool operator>(const Merge& other) const {
    return std::tie(rank, left) > std::tie(other.rank, other.left);
  }
};

// The parts of a piece, by where they start, and the merges that are possible between them.
class Parts {
 public:
  Parts(const BytePairs& pairs, std::string_view piece)
      : pairs_(pairs), piece_(piece), next_(piece.size()), previous_(piece.size()) {
    for (std::size_t i = 0; i < piece.size(); ++i) {
      next_[i] = i + 1;
      previous_[i] = i == 0 ? 0 : i - 1;
    }
    for (std::size_t i = 0; i + 1 < piece.size(); ++i) offer(i);
  }

  void merge_all() {
    while (!merges_.empty()) {
      const Merge merge = merges_.top();
      merges_.pop();
      if (is_possible(merge)) apply(merge);
    }
  }

  void append_tokens(std::vector<int>& tokens) const {
    for (std::size_t i = 0; i < piece_.size(); i = next_[i]) {
      tokens.push_back(pairs_.find(piece_.substr(i, next_[i] - i)).value());
    }
  }

 private:
  void offer(std::size_t left) {
    const std::size_t right = next_[left];
    if (right == piece_.size()) return;
    const std::size_t end = next_[right];
    if (const auto rank = pairs_.find(piece_.substr(left, end - left))) {
      merges_.push({*rank, left, end});
    }
  }

  // A part that was merged away has no next one.
  [[nodiscard]] bool is_possible(const Merge& merge) const {
    const std::size_t right = next_[merge.left];
    return right != 0 && right != piece_.size() && next_[right] == merge.end;
  }

  void apply(const Merge& merge) {
    next_[next_[merge.left]] = 0;
    next_[merge.left] = merge.end;
    if (merge.end < piece_.size()) {
      previous_[merge.end] = merge.left;
      offer(merge.left);
    }
    if (merge.left > 0) offer(previous_[merge.left]);
  }

  const BytePairs& pairs_;
  std::string_view piece_;
  std::vector<std::size_t> next_;
  std::vector<std::size_t> previous_;
  std::priority_queue<Merge, std::vector<Merge>, std::greater<>> merges_;
};

}  // namespace

std::size_t piece_length(std::string_view text) {
  if (text.empty()) return 0;
  if (const auto ending = ending_length(text)) return ending;
  const std::size_t space = text.front() == ' ' ? 1 : 0;
  const auto rest = text.substr(space);
  if (!rest.empty()) {
    const auto kind = kind_at(rest);
    if (kind != CharacterKind::blank) return space + run_length(rest, kind);
  }
  return blanks_length(text);
}

BytePairs::BytePairs(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {
  ids_.reserve(vocabulary_.tokens.size());
  for (std::size_t id = 0; id < vocabulary_.tokens.size(); ++id) {
    ids_.emplace(vocabulary_.tokens[id], static_cast<int>(id));
  }
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char letter = static_cast<char>(byte);
    if (!find({&letter, 1})) {
      throw clams::Error(clams::ErrorCode::invalid_input,
                         fmt::format("the vocabulary has no token for the byte 0x{:02X}; one for "
                                     "each of the 256 bytes is needed",
                                     byte));
    }
  }
}

std::optional<int> BytePairs::find(std::string_view bytes) const {
  const auto found = ids_.find(bytes);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

void BytePairs::encode(std::string_view piece, std::vector<int>& tokens) const {
  if (piece.empty()) return;
  if (const auto whole = find(piece)) {
    tokens.push_back(*whole);
    return;
  }
  Parts parts(*this, piece);
  parts.merge_all();
  parts.append_tokens(tokens);
}

}  // namespace whisper
