// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/detail/json_skip.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace clams {

namespace detail {

/// Marks the binary values that hold an exact number's text; any value would do that no one else
/// uses.
inline constexpr std::uint64_t kExactNumberSubtype = 0x6578616374;

CLAMS_INLINE void append_u_escape(std::string& out, char32_t unit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u";
  for (const unsigned shift : {12U, 8U, 4U, 0U}) out += kHex[(unit >> shift) & 0xFU];
}

/// Appends a character that is no plain ASCII letter; moves `text` behind it.
CLAMS_INLINE void append_special_character(std::string& out, std::string_view& text,
                                           JsonSpelling spelling) {
  constexpr std::string_view kNames = "\"\\bfnrt";
  constexpr std::string_view kValues = "\"\\\b\f\n\r\t";
  const auto character = first_code_point(text, Surrogates::accept).value_or(CodePoint{0xFFFD, 1});
  const std::string_view bytes = text.substr(0, character.length);
  text.remove_prefix(character.length);
  const std::size_t named = bytes.size() == 1 ? kValues.find(bytes[0]) : std::string_view::npos;
  const bool surrogate = character.value >= 0xD800 && character.value < 0xE000;
  if (named != std::string_view::npos) {
    (out += '\\') += kNames[named];
  } else if (character.value >= 0x20 && !surrogate && spelling == JsonSpelling::metadata) {
    out += bytes;
  } else if (character.value < 0x10000) {
    append_u_escape(out, character.value);
  } else {
    append_u_escape(out, 0xD800 + ((character.value - 0x10000) >> 10));
    append_u_escape(out, 0xDC00 + ((character.value - 0x10000) & 0x3FF));
  }
}

/// A number as a double where equality is asked; nothing for what is no number.
CLAMS_INLINE std::optional<long double> comparable_number(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1.0L : 0.0L;
  if (value.is_number_unsigned()) return static_cast<long double>(value.get<std::uint64_t>());
  if (value.is_number_integer()) return static_cast<long double>(value.get<std::int64_t>());
  if (value.is_number_float()) return static_cast<long double>(value.get<double>());
  return std::nullopt;
}

}  // namespace detail

CLAMS_INLINE void append_json_string(std::string& out, std::string_view text,
                                     JsonSpelling spelling) {
  constexpr char kDelete = '\x7F';  // plain to those who read, but not to Python when it writes
  out += '"';
  while (!text.empty()) {
    const char* const end = detail::plain_end(text.data(), text.data() + text.size());
    std::string_view plain = text.substr(0, static_cast<std::size_t>(end - text.data()));
    plain = plain.substr(0, plain.find(kDelete));
    out.append(plain);
    text.remove_prefix(plain.size());
    if (!text.empty()) detail::append_special_character(out, text, spelling);
  }
  out += '"';
}

CLAMS_INLINE std::string float_text(double value) {
  if (!std::isfinite(value)) {
    throw Error(ErrorCode::internal, "a number is NaN or infinite, which JSON cannot hold");
  }
  // Python writes exponents from 1e16 up and below 1e-4, and plain digits in between.
  const double size = std::fabs(value);
  const bool plain = value == 0 || (size >= 1e-4 && size < 1e16);
  std::array<char, 64> buffer{};
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(buffer.begin(), buffer.end(), value, format).ptr;
  std::string text(buffer.begin(), end);
  if (plain && text.find('.') == std::string::npos) text += ".0";
  return text;
}

CLAMS_INLINE Json make_exact_number(std::string_view digits) {
  return Json::binary({digits.begin(), digits.end()}, detail::kExactNumberSubtype);
}

CLAMS_INLINE std::optional<std::string> exact_number_text(const Json& value) {
  if (!value.is_binary() || !value.get_binary().has_subtype() ||
      value.get_binary().subtype() != detail::kExactNumberSubtype) {
    return std::nullopt;
  }
  return std::string(value.get_binary().begin(), value.get_binary().end());
}

CLAMS_INLINE Json make_json_object() {
  constexpr std::size_t kUsualRoom = 8;
  Json object = Json::object();
  object.get_ref<Json::object_t&>().reserve(kUsualRoom);
  return object;
}

CLAMS_INLINE const Json* find_member(const Json& object, std::string_view name) noexcept {
  const auto* const members = object.get_ptr<const Json::object_t*>();
  if (members == nullptr) return nullptr;
  for (const auto& [key, value] : *members) {
    if (key == name) return &value;
  }
  return nullptr;
}

CLAMS_INLINE bool equal_values(const Json& a, const Json& b) {
  const auto number_a = detail::comparable_number(a);
  const auto number_b = detail::comparable_number(b);
  if (number_a && number_b) return *number_a == *number_b;
  if (a.type() != b.type() || a.is_primitive()) return a == b;
  if (a.size() != b.size()) return false;
  if (a.is_array()) return std::equal(a.begin(), a.end(), b.begin(), equal_values);
  return std::all_of(a.items().begin(), a.items().end(), [&](const auto& item) {
    return b.contains(item.key()) && equal_values(item.value(), b.at(item.key()));
  });
}

}  // namespace clams
