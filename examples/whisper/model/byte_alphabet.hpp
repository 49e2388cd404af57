// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whisper {

/// Undoes the alphabet in which vocabularies spell bytes, one printable character for each: `Ġ` is
/// a space. None for text with another character in it.
[[nodiscard]] std::optional<std::string> bytes_from_alphabet(std::string_view spelling);

/// Undoes base64, with or without its padding; a single `=` is the empty text. None for text that
/// is no base64.
[[nodiscard]] std::optional<std::string> bytes_from_base64(std::string_view text);

}  // namespace whisper
