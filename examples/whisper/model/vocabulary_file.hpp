// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/dimensions.hpp"
#include "model/vocabulary.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace whisper {

/// How many ordinary tokens a vocabulary has: those before the end of text.
[[nodiscard]] inline std::size_t ordinary_tokens(const Dimensions& dimensions) noexcept {
  return dimensions.is_multilingual() ? 50257 : 50256;
}

/// Reads a vocabulary out of any file that has one, telling by its content: `vocabulary.txt` (a
/// line a token, empty ones too), `vocabulary.json`, `vocab.json`, `tokenizer.json`, `*.tiktoken`.
/// @throws clams::Error not_found if there is no such file, invalid_input naming it if it is
///   damaged or belongs to a model of the other kind, English for multilingual or the reverse.
[[nodiscard]] Vocabulary read_vocabulary(const std::filesystem::path& file,
                                         const Dimensions& dimensions);

/// The same out of the file's text; `name` is for messages.
[[nodiscard]] Vocabulary parse_vocabulary(std::string_view text, std::string_view name,
                                          const Dimensions& dimensions);

/// The files of a folder that hold a vocabulary by their names, best first: `gpt2.tiktoken` is for
/// English models, `multilingual.tiktoken` for the others. Empty if there are none.
[[nodiscard]] std::vector<std::filesystem::path> vocabulary_files(
    const std::filesystem::path& folder, const Dimensions& dimensions);

}  // namespace whisper
