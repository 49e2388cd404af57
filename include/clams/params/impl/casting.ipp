// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/casting.hpp>
#include <clams/util/config.hpp>
#include <clams/util/detail/unicode_tables.hpp>
#include <clams/util/error.hpp>
#include <clams/util/python_text.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>

namespace clams {

namespace detail {

/// Larger integers are refused, as Python does: reading them takes quadratic time there.
inline constexpr std::size_t kMostIntegerDigits = 4300;

constexpr bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }

[[noreturn]] CLAMS_INLINE void refuse_text(std::string_view problem, std::string_view text) {
  throw Error{ErrorCode::invalid_parameter, std::string{problem} + python_string_repr(text)};
}

/// What a character beyond ASCII stands for in a number: its digit, a blank, or `?`.
CLAMS_INLINE char plain_number_character(char32_t code) {
  const auto after = std::ranges::upper_bound(kZeroDigits, code);
  if (after != kZeroDigits.begin() && code - *std::prev(after) < 10) {
    return static_cast<char>(U'0' + (code - *std::prev(after)));
  }
  for (const CodeRange& blanks : kWideBlanks) {
    if (code >= blanks.first && code <= blanks.last) return ' ';
  }
  return '?';
}

/// The text in ASCII, without surrounding blanks.
CLAMS_INLINE std::string plain_number_text(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const auto next = first_code_point(text, Surrogates::accept);
    const bool is_ascii = static_cast<unsigned char>(text.front()) < 0x80;
    plain += is_ascii ? text.front() : next ? plain_number_character(next->value) : '?';
    text.remove_prefix(next ? next->length : 1);
  }
  constexpr std::string_view kBlanks = " \t\n\r\f\v";
  const auto first = plain.find_first_not_of(kBlanks);
  if (first == std::string::npos) return {};
  return plain.substr(first, plain.find_last_not_of(kBlanks) + 1 - first);
}

/// The text without its `_`, or nothing if one of them does not stand between two digits.
CLAMS_INLINE std::optional<std::string> without_underscores(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      result += text[i];
      continue;
    }
    const bool between_digits = i > 0 && i + 1 < text.size() && is_decimal_digit(text[i - 1]) &&
                                is_decimal_digit(text[i + 1]);
    if (!between_digits) return std::nullopt;
  }
  return result;
}

/// An integer of any size from its sign and its digits.
CLAMS_INLINE Json integer_from_digits(std::string_view sign, std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const bool is_negative = sign == "-" && digits != "0";
  const std::string text = (is_negative ? "-" : "") + std::string{digits};
  const char* const end = text.data() + text.size();
  std::int64_t small = 0;
  if (std::from_chars(text.data(), end, small).ec == std::errc{}) return small;
  std::uint64_t large = 0;
  if (!is_negative && std::from_chars(text.data(), end, large).ec == std::errc{}) return large;
  return make_exact_number(text);
}

CLAMS_INLINE Json cast_integer(std::string_view text) {
  constexpr std::string_view kProblem = "invalid literal for int() with base 10: ";
  const auto plain = without_underscores(plain_number_text(text));
  if (!plain) refuse_text(kProblem, text);
  const bool is_signed = plain->starts_with('-') || plain->starts_with('+');
  const std::string_view digits = std::string_view{*plain}.substr(is_signed ? 1 : 0);
  if (digits.empty() || !std::ranges::all_of(digits, is_decimal_digit)) refuse_text(kProblem, text);
  if (digits.size() > kMostIntegerDigits) {
    throw Error{ErrorCode::invalid_parameter,
                "Exceeds the limit (" + std::to_string(kMostIntegerDigits) +
                    " digits) for integer string conversion: value has " +
                    std::to_string(digits.size()) + " digits"};
  }
  return integer_from_digits(plain->substr(0, is_signed ? 1 : 0), digits);
}

/// Whether the text is digits with a point and an exponent, as far as they are there.
CLAMS_INLINE bool is_decimal_number(std::string_view text) {
  const auto take_digits = [&text] {
    const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  std::size_t digits = take_digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits();
  }
  if (digits == 0) return false;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  return text.empty();
}

CLAMS_INLINE Json cast_number(std::string_view text) {
  constexpr std::string_view kProblem = "could not convert string to float: ";
  const auto plain = without_underscores(plain_number_text(text));
  if (!plain) refuse_text(kProblem, text);
  const bool is_signed = plain->starts_with('-') || plain->starts_with('+');
  const std::string_view digits = std::string_view{*plain}.substr(is_signed ? 1 : 0);
  if (!is_decimal_number(digits)) refuse_text(kProblem, text);
  // from_chars leaves the value alone when it is out of range; strtod tells large from small.
  double value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (read.ec == std::errc::result_out_of_range) value = std::strtod(digits.data(), nullptr);
  if (!std::isfinite(value)) refuse_text("number is too large for a float: ", text);
  return plain->starts_with('-') ? -value : value;
}

CLAMS_INLINE Json cast_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 5> kFalse{"False", "false", "F", "f", "0"};
  return std::ranges::find(kFalse, text) == kFalse.end();
}

CLAMS_INLINE Json cast_string(std::string_view text) { return std::string{text}; }

CLAMS_INLINE Json cast_map(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    throw Error{ErrorCode::invalid_parameter,
                "not enough values to unpack (expected 2, got 1): write key:value instead of " +
                    python_string_repr(text)};
  }
  Json pair = Json::object();
  pair[std::string{text.substr(0, colon)}] = std::string{text.substr(colon + 1)};
  return pair;
}

struct CastRule {
  ParameterType type;
  Json (*cast)(std::string_view);
};

inline constexpr std::array kCastRules{
    CastRule{ParameterType::integer, cast_integer}, CastRule{ParameterType::number, cast_number},
    CastRule{ParameterType::string, cast_string},   CastRule{ParameterType::boolean, cast_boolean},
    CastRule{ParameterType::map, cast_map},
};

}  // namespace detail

CLAMS_INLINE Json cast_parameter(ParameterType type, std::string_view text) {
  const auto rule = std::ranges::find(detail::kCastRules, type, &detail::CastRule::type);
  return rule->cast(text);
}

}  // namespace clams
