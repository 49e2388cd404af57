// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/detail/unicode_tables.hpp>
#include <clams/util/python_text.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <iterator>

namespace clams {

namespace detail {

template <typename Ranges>
bool is_in_ranges(const Ranges& ranges, char32_t code) {
  const auto after = std::ranges::upper_bound(ranges, code, {}, &CodeRange::first);
  return after != ranges.begin() && code <= std::prev(after)->last;
}

CLAMS_INLINE bool is_python_printable(char32_t code) {
  if (code < 0x80) return code >= 0x20 && code != 0x7F;
  return !is_in_ranges(kUnprintable, code);
}

/// `\x7f`, `\u200b` or `\U000e0001`.
CLAMS_INLINE void append_python_escape(std::string& out, char32_t code) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const unsigned width = code <= 0xFF ? 2 : code <= 0xFFFF ? 4 : 8;
  out += width == 2 ? "\\x" : width == 4 ? "\\u" : "\\U";
  for (unsigned shift = 4 * width; shift > 0; shift -= 4) {
    out += kDigits[(code >> (shift - 4)) & 0x0FU];
  }
}

CLAMS_INLINE void append_python_character(std::string& out, char32_t code, char quote) {
  switch (code) {
    case U'\n': out += "\\n"; return;
    case U'\r': out += "\\r"; return;
    case U'\t': out += "\\t"; return;
    default: break;
  }
  if (code == U'\\' || code == static_cast<char32_t>(quote)) out += '\\';
  if (is_python_printable(code)) {
    append_utf8(out, code);
  } else {
    append_python_escape(out, code);
  }
}

CLAMS_INLINE std::string python_array_repr(const Json& array) {
  std::string text = "[";
  for (const Json& item : array) {
    if (text.size() > 1) text += ", ";
    text += python_repr(item);
  }
  return text + "]";
}

CLAMS_INLINE std::string python_object_repr(const Json& object) {
  std::string text = "{";
  for (const auto& [key, value] : object.items()) {
    if (text.size() > 1) text += ", ";
    text += python_string_repr(key) + ": " + python_repr(value);
  }
  return text + "}";
}

/// A number that no double can hold: Python has whole ones exactly, fractions overflow.
CLAMS_INLINE std::string python_exact_repr(const std::string& digits) {
  if (digits.find_first_of(".eE") == std::string::npos) return digits;
  return digits.starts_with('-') ? "-inf" : "inf";
}

}  // namespace detail

CLAMS_INLINE std::string python_str(const Json& value) {
  return value.is_string() ? value.get<std::string>() : python_repr(value);
}

CLAMS_INLINE std::string python_repr(const Json& value) {
  if (const auto exact = exact_number_text(value)) return detail::python_exact_repr(*exact);
  switch (value.type()) {
    case Json::value_t::null: return "None";
    case Json::value_t::boolean: return value.get<bool>() ? "True" : "False";
    case Json::value_t::number_integer: return std::to_string(value.get<std::int64_t>());
    case Json::value_t::number_unsigned: return std::to_string(value.get<std::uint64_t>());
    case Json::value_t::number_float: return float_text(value.get<double>());
    case Json::value_t::string: return python_string_repr(value.get_ref<const std::string&>());
    case Json::value_t::array: return detail::python_array_repr(value);
    default: return detail::python_object_repr(value);
  }
}

CLAMS_INLINE std::string python_string_repr(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string result{quote};
  while (!text.empty()) {
    const auto next = first_code_point(text, Surrogates::accept);
    // Our texts are UTF-8; should a stray byte come, it is shown as one.
    const auto byte = static_cast<unsigned char>(text.front());
    detail::append_python_character(result, next ? next->value : byte, quote);
    text.remove_prefix(next ? next->length : 1);
  }
  return result + quote;
}

CLAMS_INLINE std::string python_list_repr(const std::vector<std::string>& texts) {
  std::string result = "[";
  for (const std::string& text : texts) {
    if (result.size() > 1) result += ", ";
    result += python_string_repr(text);
  }
  return result + "]";
}

CLAMS_INLINE std::string python_type_name(const Json& value) {
  if (const auto exact = exact_number_text(value)) {
    return exact->find_first_of(".eE") == std::string::npos ? "int" : "float";
  }
  if (value.is_null()) return "NoneType";
  if (value.is_boolean()) return "bool";
  if (value.is_number_integer()) return "int";
  if (value.is_number_float()) return "float";
  if (value.is_string()) return "str";
  return value.is_array() ? "list" : "dict";
}

}  // namespace clams
