// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clams {

/// One character of a UTF-8 text and how many bytes it takes there.
struct CodePoint {
  char32_t value;
  std::size_t length;
};

/// Whether surrogates (U+D800 to U+DFFF), which JSON can name but UTF-8 forbids, count as
/// characters.
enum class Surrogates { refuse, accept };

/// The first character of `text`, or nothing if `text` is empty or does not start with one:
/// overlong forms, cut sequences and values above U+10FFFF are none.
[[nodiscard]] std::optional<CodePoint> first_code_point(std::string_view text,
                                                        Surrogates surrogates = Surrogates::refuse);

/// Where the first byte stands that is no part of a character; nothing if all of `text` is UTF-8.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(
    std::string_view text, Surrogates surrogates = Surrogates::refuse);

/// Whether all of `text` is UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

/// `out` ends with the UTF-8 form of `value`. Surrogates are written in their three-byte form.
void append_utf8(std::string& out, char32_t value);

/// `text` with every byte that is no part of a character replaced by U+FFFD.
[[nodiscard]] std::string replace_invalid_utf8(std::string_view text);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/utf8.ipp>
#endif
