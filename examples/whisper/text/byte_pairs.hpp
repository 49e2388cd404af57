// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/vocabulary.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace whisper {

/// How many bytes of `text` make its first piece: byte pairs merge within pieces only. A piece is
/// an English ending such as 's, or letters, or numbers, or other signs, each with one space before
/// it, or white space. 0 for no text. @pre `text` is UTF-8.
[[nodiscard]] std::size_t piece_length(std::string_view text);

/// The ordinary tokens of a vocabulary and the byte-pair encoding that they define.
///
/// Ownership: owns the vocabulary. Stays where it is, because its index refers to it.
/// Threads: immutable.
/// Errors: the constructor throws clams::Error invalid_input for a vocabulary without every byte.
class BytePairs {
 public:
  explicit BytePairs(Vocabulary vocabulary);
  BytePairs(const BytePairs&) = delete;
  BytePairs& operator=(const BytePairs&) = delete;
  BytePairs(BytePairs&&) = delete;
  BytePairs& operator=(BytePairs&&) = delete;
  ~BytePairs() = default;

  [[nodiscard]] std::size_t size() const noexcept { return vocabulary_.tokens.size(); }
  /// What a token stands for. @pre id < size()
  [[nodiscard]] std::string_view bytes(std::size_t id) const { return vocabulary_.tokens[id]; }
  /// The token that stands for exactly these bytes.
  [[nodiscard]] std::optional<int> find(std::string_view bytes) const;

  /// Appends the tokens of one piece of text.
  void encode(std::string_view piece, std::vector<int>& tokens) const;

 private:
  Vocabulary vocabulary_;
  std::unordered_map<std::string_view, int> ids_;  // keys refer to vocabulary_
};

}  // namespace whisper
