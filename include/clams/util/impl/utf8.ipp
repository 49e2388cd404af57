// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/utf8.hpp>

namespace clams {

namespace detail {

/// The length that a lead byte promises, and the smallest value that needs it; 0 for no lead byte.
struct Utf8Lead {
  std::size_t length;
  char32_t bits;
  char32_t smallest;
};

constexpr Utf8Lead utf8_lead(unsigned char byte) {
  if (byte < 0x80U) return {1, byte, 0};
  if (byte >= 0xC0U && byte < 0xE0U) return {2, byte & 0x1FU, 0x80};
  if (byte >= 0xE0U && byte < 0xF0U) return {3, byte & 0x0FU, 0x800};
  if (byte >= 0xF0U && byte < 0xF8U) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

}  // namespace detail

CLAMS_INLINE std::optional<CodePoint> first_code_point(std::string_view text,
                                                       Surrogates surrogates) {
  if (text.empty()) return std::nullopt;
  const auto lead = detail::utf8_lead(static_cast<unsigned char>(text.front()));
  if (lead.length == 0 || text.size() < lead.length) return std::nullopt;
  char32_t value = lead.bits;
  for (std::size_t i = 1; i < lead.length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) return std::nullopt;
    value = (value << 6U) | (byte & 0x3FU);
  }
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < lead.smallest || value > 0x10FFFF) return std::nullopt;
  if (is_surrogate && surrogates == Surrogates::refuse) return std::nullopt;
  return CodePoint{value, lead.length};
}

CLAMS_INLINE std::optional<std::size_t> find_invalid_utf8(std::string_view text,
                                                          Surrogates surrogates) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto next = first_code_point(text.substr(at), surrogates);
    if (!next) return at;
    at += next->length;
  }
  return std::nullopt;
}

CLAMS_INLINE bool is_utf8(std::string_view text) { return !find_invalid_utf8(text).has_value(); }

CLAMS_INLINE void append_utf8(std::string& out, char32_t value) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((value >> shift) & 0x3FU));
  };
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xC0U | (value >> 6U));
    tail(0);
  } else if (value < 0x10000) {
    out += static_cast<char>(0xE0U | (value >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (value >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

CLAMS_INLINE std::string replace_invalid_utf8(std::string_view text) {
  std::string result;
  while (const auto bad = find_invalid_utf8(text)) {
    result.append(text.substr(0, *bad));
    append_utf8(result, U'\uFFFD');
    text.remove_prefix(*bad + 1);
  }
  return result.append(text);
}

}  // namespace clams
