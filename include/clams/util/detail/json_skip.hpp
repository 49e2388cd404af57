// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

// Finds the ends of JSON values, as fast as it goes: the position stays in a register, and strings
// are looked at 16 bytes at a time. What is found is checked in full; but all that is not as it
// should be, and some of what is merely rare, gives null: JsonReader then looks again, slowly, and
// says what is wrong.
namespace clams::detail {

#ifdef __SSE2__

/// A bit for each of the 16 bytes that does not simply stand for itself in a JSON string: control
/// characters, quotes, backslashes, and whatever is not ASCII.
inline unsigned special_string_bytes(const char* at) noexcept {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i not_plain = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));  // negative: not ASCII
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(
      _mm_movemask_epi8(_mm_or_si128(not_plain, _mm_or_si128(quote, backslash))));
}

/// A bit for each of the 16 bytes that is not a space.
inline unsigned not_space_bytes(const char* at) noexcept {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i spaces = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '));
  return static_cast<unsigned>(_mm_movemask_epi8(spaces)) ^ 0xFFFFU;
}

inline constexpr std::ptrdiff_t kScanWidth = 16;
inline constexpr int kBitsPerByte = 1;

#else

// The same with the eight bytes of a word; the highest bit of each byte is the answer's.
inline constexpr std::uint64_t kEachByte = 0x0101010101010101U;
inline constexpr std::uint64_t kEachTopBit = 0x8080808080808080U;

inline std::uint64_t word_at(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

/// The top bit of each byte that is zero; exact, because no byte here carries into the next.
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept {
  return ~(((word & ~kEachTopBit) + ~kEachTopBit) | word) & kEachTopBit;
}

inline std::uint64_t special_string_bytes(const char* at) noexcept {
  const std::uint64_t word = word_at(at);
  const std::uint64_t control = zero_bytes(word & (kEachByte * 0xE0));
  return control | zero_bytes(word ^ (kEachByte * '"')) | zero_bytes(word ^ (kEachByte * '\\')) |
         (word & kEachTopBit);
}

inline std::uint64_t not_space_bytes(const char* at) noexcept {
  return zero_bytes(word_at(at) ^ (kEachByte * ' ')) ^ kEachTopBit;
}

inline constexpr std::ptrdiff_t kScanWidth = 8;
inline constexpr int kBitsPerByte = 8;

#endif

constexpr bool is_json_space(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The first byte that is not plain.
inline const char* plain_end(const char* at, const char* end) noexcept {
  if (at == end) return at;
  while (end - at >= kScanWidth) {
    const auto special = special_string_bytes(at);
    if (special != 0) return at + std::countr_zero(special) / kBitsPerByte;
    at += kScanWidth;
  }
  std::array<char, kScanWidth> rest;
  rest.fill(' ');
  std::memcpy(rest.data(), at, static_cast<std::size_t>(end - at));
  const auto special = special_string_bytes(rest.data());
  return special == 0 ? end : at + std::countr_zero(special) / kBitsPerByte;
}

/// As space_end, for white space that goes on: line breaks and indentation.
inline const char* indentation_end(const char* at, const char* end) noexcept {
  while (at < end && is_json_space(*at)) {
    ++at;
    while (end - at >= kScanWidth) {
      const auto others = not_space_bytes(at);
      if (others != 0) {
        at += std::countr_zero(others) / kBitsPerByte;
        break;
      }
      at += kScanWidth;
    }
  }
  return at;
}

/// The first byte that is not white space. Mostly there is none, or one blank.
inline const char* space_end(const char* at, const char* end) noexcept {
  if (at == end || *at > ' ') return at;
  if (end - at > 1 && *at == ' ' && at[1] > ' ') return at + 1;
  return indentation_end(at, end);
}

/// The length of the UTF-8 sequence of two to four bytes; 0 if it is none.
inline int utf8_length(const char* at, const char* end) noexcept {
  const auto byte = [at](int i) { return static_cast<unsigned char>(at[i]); };
  const auto follows = [&](int i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned char lead = byte(0);
  if (lead < 0xC2U || lead > 0xF4U) return 0;
  const int length = lead < 0xE0U ? 2 : (lead < 0xF0U ? 3 : 4);
  if (end - at < length || !follows(1)) return 0;
  if (length == 2) return 2;
  const unsigned two = (static_cast<unsigned>(lead) << 8U) | byte(1);
  if (!follows(2) || two < 0xE0A0U || (two >= 0xEDA0U && two < 0xEE00U)) return 0;
  if (length == 3) return 3;
  return follows(3) && two >= 0xF090U && two < 0xF490U ? 4 : 0;
}

/// Behind an escape that begins with the backslash at `at`; null if it is none.
inline const char* escape_end(const char* at, const char* end) noexcept {
  constexpr std::string_view kNames = "\"\\/bfnrt";
  if (end - at < 2) return nullptr;
  if (kNames.find(at[1]) != std::string_view::npos) return at + 2;
  if (at[1] != 'u' || end - at < 6) return nullptr;
  for (const char c : std::string_view{at + 2, 4}) {
    if (!is_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F')) return nullptr;
  }
  return at + 6;
}

/// Behind the closing quote of the string whose contents begin at `at`.
inline const char* string_end(const char* at, const char* end) noexcept {
  while (true) {
    at = plain_end(at, end);
    if (at == end) return nullptr;
    if (*at == '"') return at + 1;
    if (*at == '\\') {
      at = escape_end(at, end);
      if (at == nullptr) return nullptr;
      continue;
    }
    const int length = utf8_length(at, end);
    if (length == 0) return nullptr;
    at += length;
  }
}

inline const char* digits_end(const char* at, const char* end) noexcept {
  while (at < end && is_digit(*at)) ++at;
  return at;
}

inline const char* number_end(const char* at, const char* end) noexcept {
  if (at < end && *at == '-') ++at;
  const char* const whole = at;
  at = digits_end(at, end);
  if (at == whole || (*whole == '0' && at - whole > 1)) return nullptr;
  if (at < end && *at == '.') {
    const char* const fraction = ++at;
    at = digits_end(at, end);
    if (at == fraction) return nullptr;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at < end && (*at == '+' || *at == '-')) ++at;
    const char* const exponent = at;
    at = digits_end(at, end);
    if (at == exponent) return nullptr;
  }
  return at;
}

inline const char* word_end(const char* at, const char* end, std::string_view word) noexcept {
  const std::string_view rest{at, static_cast<std::size_t>(end - at)};
  return rest.starts_with(word) ? at + word.size() : nullptr;
}

/// Behind the colon, and the space around it, of a key whose opening quote is at `at`.
inline const char* key_end(const char* at, const char* end) noexcept {
  if (at == end || *at != '"') return nullptr;
  at = string_end(at + 1, end);
  if (at == nullptr) return nullptr;
  at = space_end(at, end);
  return at < end && *at == ':' ? space_end(at + 1, end) : nullptr;
}

const char* value_end(const char* at, const char* end, int depth) noexcept;

/// Behind the items of a container and its closing bracket. `at` is behind the opening one.
template <typename ItemEnd>
const char* items_end(const char* at, const char* end, char bracket, ItemEnd item_end) noexcept {
  at = space_end(at, end);
  if (at < end && *at == bracket) return at + 1;
  while (true) {
    at = item_end(at);
    if (at == nullptr) return nullptr;
    at = space_end(at, end);
    if (at == end) return nullptr;
    if (*at == bracket) return at + 1;
    if (*at != ',') return nullptr;
    at = space_end(at + 1, end);
  }
}

/// Behind the value that begins at `at`, which may hold containers down to `depth` levels.
inline const char* value_end(const char* at, const char* end, int depth) noexcept {
  if (at == end) return nullptr;
  switch (*at) {
    case '"': return string_end(at + 1, end);
    case '{':
      if (depth == 0) return nullptr;
      return items_end(at + 1, end, '}', [=](const char* item) {
        const char* const value = key_end(item, end);
        return value == nullptr ? nullptr : value_end(value, end, depth - 1);
      });
    case '[':
      if (depth == 0) return nullptr;
      return items_end(at + 1, end, ']',
                       [=](const char* item) { return value_end(item, end, depth - 1); });
    case 't': return word_end(at, end, "true");
    case 'f': return word_end(at, end, "false");
    case 'n': return word_end(at, end, "null");
    default: return number_end(at, end);
  }
}

}  // namespace clams::detail
