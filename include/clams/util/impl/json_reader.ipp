// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/detail/json_skip.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json_reader.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

namespace clams {

namespace detail {

/// The value of exactly four hexadecimal digits.
CLAMS_INLINE std::optional<char32_t> hex4(std::string_view digits) {
  std::uint32_t value = 0;
  if (digits.size() != 4) return std::nullopt;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + 4, value, 16);
  if (failure != std::errc{} || end != digits.data() + 4) return std::nullopt;
  return static_cast<char32_t>(value);
}

constexpr bool is_high_surrogate(char32_t c) noexcept { return c >= 0xD800 && c < 0xDC00; }
constexpr bool is_low_surrogate(char32_t c) noexcept { return c >= 0xDC00 && c < 0xE000; }

/// The character of a `\u` escape whose digits begin `text`; moves `text` behind it, and behind the
/// second half of a surrogate pair.
CLAMS_INLINE char32_t take_unicode_escape(std::string_view& text) {
  const char32_t first = hex4(text.substr(0, 4)).value();
  text.remove_prefix(4);
  if (!is_high_surrogate(first) || !text.starts_with("\\u")) return first;
  const char32_t second = hex4(text.substr(2, 4)).value();
  if (!is_low_surrogate(second)) return first;
  text.remove_prefix(6);
  return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

/// Undoes the escapes of a checked JSON string.
CLAMS_INLINE std::string unescape_json(std::string_view raw) {
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
  std::string text;
  text.reserve(raw.size());
  while (!raw.empty()) {
    const std::size_t plain = std::min(raw.find('\\'), raw.size());
    text.append(raw.substr(0, plain));
    raw.remove_prefix(plain);
    if (raw.empty()) break;
    const char name = raw[1];
    raw.remove_prefix(2);
    if (name == 'u') {
      append_utf8(text, take_unicode_escape(raw));
    } else {
      text += kValues[kNames.find(name)];
    }
  }
  return text;
}

/// A number as a JSON value: the narrowest of int64, uint64 and double that keeps it, else its
/// text.
CLAMS_INLINE Json number_value(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  if (text.find_first_of(".eE") == std::string_view::npos) {
    std::int64_t whole = 0;
    if (std::from_chars(begin, end, whole).ec == std::errc{}) return whole;
    std::uint64_t large = 0;
    if (std::from_chars(begin, end, large).ec == std::errc{}) return large;
    return make_exact_number(text);
  }
  double value = 0;
  const auto result = std::from_chars(begin, end, value);
  if (result.ec == std::errc{}) return value;
  const bool underflow = text.find("e-") != std::string_view::npos ||
                         text.find("E-") != std::string_view::npos || text.starts_with("0.") ||
                         text.starts_with("-0.");
  return underflow ? Json(0.0) : make_exact_number(text);
}

}  // namespace detail

CLAMS_INLINE void JsonReader::fail(const std::string& message) const {
  const std::string_view before = text_.substr(0, position_);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  throw Error(ErrorCode::invalid_input, message + ": line " + std::to_string(line) + " column " +
                                            std::to_string(position_ - line_start + 1) + " (char " +
                                            std::to_string(position_) + ")");
}

CLAMS_INLINE void JsonReader::skip_space() noexcept {
  const char* const begin = text_.data();
  position_ =
      static_cast<std::size_t>(detail::space_end(begin + position_, begin + text_.size()) - begin);
}

CLAMS_INLINE JsonReader::Kind JsonReader::peek() {
  skip_space();
  switch (current()) {
    case '{': return Kind::object;
    case '[': return Kind::array;
    case '"': return Kind::string;
    case 't':
    case 'f': return Kind::boolean;
    case 'n': return Kind::null;
    default:
      if (current() == '-' || detail::is_digit(current())) return Kind::number;
      fail("Expecting value");
  }
}

CLAMS_INLINE void JsonReader::enter(char bracket, const char* what) {
  skip_space();
  if (current() != bracket) fail(std::string("Expecting ") + what);
  ++position_;
  if (++depth_ > kDepthLimit) {
    fail("Nested deeper than " + std::to_string(kDepthLimit) + " levels");
  }
}

CLAMS_INLINE bool JsonReader::leave_if(char bracket) {
  skip_space();
  if (current() != bracket) return false;
  ++position_;
  --depth_;
  return true;
}

CLAMS_INLINE bool JsonReader::end_of_item(char bracket) {
  if (leave_if(bracket)) return true;
  if (current() != ',') fail(std::string("Expecting ',' or '") + bracket + "'");
  ++position_;
  return false;
}

CLAMS_INLINE std::string_view JsonReader::read_key() {
  skip_space();
  if (current() != '"') fail("Expecting property name enclosed in double quotes");
  std::string_view key = scan_string();
  skip_space();
  if (current() != ':') fail("Expecting ':' delimiter");
  ++position_;
  if (key.find('\\') == std::string_view::npos) return key;
  key_ = detail::unescape_json(key);
  return key_;
}

CLAMS_INLINE std::string_view JsonReader::scan_string() {
  const std::size_t begin = ++position_;
  while (true) {
    const char* const plain =
        detail::plain_end(text_.data() + position_, text_.data() + text_.size());
    position_ = static_cast<std::size_t>(plain - text_.data());
    if (position_ >= text_.size()) fail("Unterminated string");
    const auto byte = static_cast<unsigned char>(text_[position_]);
    if (byte == '"') break;
    if (byte == '\\') {
      scan_escape();
    } else if (byte < 0x20) {
      fail("Invalid control character in a string");
    } else {
      scan_code_point();
    }
  }
  return text_.substr(begin, position_++ - begin);
}

CLAMS_INLINE void JsonReader::scan_escape() {
  constexpr std::string_view kNames = "\"\\/bfnrtu";
  const char name = position_ + 1 < text_.size() ? text_[position_ + 1] : '\0';
  if (name == '\0' || kNames.find(name) == std::string_view::npos) fail("Invalid \\escape");
  if (name == 'u' && !detail::hex4(text_.substr(position_ + 2, 4))) fail("Invalid \\uXXXX escape");
  position_ += name == 'u' ? 6 : 2;
}

CLAMS_INLINE void JsonReader::scan_code_point() {
  const auto character = first_code_point(text_.substr(position_, 4));
  if (!character) fail("Invalid UTF-8 byte in a string");
  position_ += character->length;
}

CLAMS_INLINE std::size_t JsonReader::scan_digits() noexcept {
  const std::size_t begin = position_;
  while (detail::is_digit(current())) ++position_;
  return position_ - begin;
}

CLAMS_INLINE std::string_view JsonReader::scan_number() {
  const std::size_t begin = position_;
  if (current() == '-') ++position_;
  const bool leading_zero = current() == '0';
  const std::size_t digits = scan_digits();
  if (digits == 0 || (leading_zero && digits > 1)) fail("Expecting a number");
  if (current() == '.') {
    ++position_;
    if (scan_digits() == 0) fail("Expecting a digit after the decimal point");
  }
  if (current() == 'e' || current() == 'E') {
    ++position_;
    if (current() == '+' || current() == '-') ++position_;
    if (scan_digits() == 0) fail("Expecting a digit in the exponent");
  }
  return text_.substr(begin, position_ - begin);
}

CLAMS_INLINE void JsonReader::expect_word(std::string_view word) {
  if (!text_.substr(position_).starts_with(word)) fail("Expecting value");
  position_ += word.size();
}

CLAMS_INLINE std::string JsonReader::read_string() {
  if (peek() != Kind::string) fail("Expecting a string");
  return detail::unescape_json(scan_string());
}

CLAMS_INLINE Json JsonReader::read_number() { return detail::number_value(scan_number()); }

CLAMS_INLINE Json JsonReader::read_value() {
  switch (peek()) {
    case Kind::object: {
      Json object = make_json_object();
      read_object([&](std::string_view key) {
        Json& slot = object[std::string(key)];
        slot = read_value();
      });
      return object;
    }
    case Kind::array: {
      Json array = Json::array();
      read_array([&] { array.push_back(read_value()); });
      return array;
    }
    case Kind::string: return read_string();
    case Kind::number: return read_number();
    case Kind::boolean: {
      const bool value = current() == 't';
      expect_word(value ? "true" : "false");
      return value;
    }
    case Kind::null: break;
  }
  expect_word("null");
  return nullptr;
}

CLAMS_INLINE std::string_view JsonReader::skip_value() {
  const std::string_view text = skip_by(detail::value_end);
  return text.empty() ? check_value() : text;
}

CLAMS_INLINE std::string_view JsonReader::check_value() {
  const Kind kind = peek();
  const std::size_t begin = position_;
  switch (kind) {
    case Kind::object: read_object([this](std::string_view) { check_value(); }); break;
    case Kind::array: read_array([this] { check_value(); }); break;
    case Kind::string: scan_string(); break;
    case Kind::number: scan_number(); break;
    case Kind::boolean: expect_word(current() == 't' ? "true" : "false"); break;
    case Kind::null: expect_word("null"); break;
  }
  return text_.substr(begin, position_ - begin);
}

CLAMS_INLINE void JsonReader::expect_end() {
  skip_space();
  if (position_ < text_.size()) fail("Extra data");
}

CLAMS_INLINE Json parse_json(std::string_view text) {
  JsonReader reader(text);
  Json value = reader.read_value();
  reader.expect_end();
  return value;
}

}  // namespace clams
