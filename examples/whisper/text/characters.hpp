// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace whisper {

/// What the byte-pair encoding tells characters apart by.
enum class CharacterKind { letter, number, blank, other };

/// The kind of a character, as regular expressions see it: `\p{L}`, `\p{N}`, `\s` or none of them.
[[nodiscard]] CharacterKind character_kind(char32_t character);

/// How many bytes at the beginning of `bytes` make one character of the decoded text: a character
/// of UTF-8, or the broken part of one that is shown as a single U+FFFD. 0 for no bytes.
[[nodiscard]] std::size_t unit_length(std::string_view bytes);

/// The bytes as UTF-8, each broken part replaced by one U+FFFD, as Unicode recommends.
[[nodiscard]] std::string decode_utf8(std::string_view bytes);

/// The text without the white space around it, as Python's str.strip() sees it.
[[nodiscard]] std::string_view strip(std::string_view text);

}  // namespace whisper
