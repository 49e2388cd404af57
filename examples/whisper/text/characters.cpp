// SPDX-License-Identifier: Apache-2.0
#include "text/characters.hpp"

#include "text/unicode_tables.hpp"
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace whisper {

namespace {

constexpr std::array<CharacterRange, 8> kWideBlanks{{{0x85, 0x85},
                                                     {0xA0, 0xA0},
                                                     {0x1680, 0x1680},
                                                     {0x2000, 0x200A},
                                                     {0x2028, 0x2029},
                                                     {0x202F, 0x202F},
                                                     {0x205F, 0x205F},
                                                     {0x3000, 0x3000}}};

bool contains(std::span<const CharacterRange> ranges, char32_t character) {
  const auto after = std::ranges::upper_bound(ranges, character, {}, &CharacterRange::first);
  return after != ranges.begin() && character <= std::prev(after)->last;
}

CharacterKind ascii_kind(char32_t character) {
  const auto lower = character | 0x20U;
  if (lower >= U'a' && lower <= U'z') return CharacterKind::letter;
  if (character >= U'0' && character <= U'9') return CharacterKind::number;
  if (character == U' ' || (character >= U'\t' && character <= U'\r')) return CharacterKind::blank;
  return CharacterKind::other;
}

// Python also strips the separators of ASCII, which regular expressions do not count as blank.
bool is_stripped(char32_t character) {
  return character_kind(character) == CharacterKind::blank ||
         (character >= 0x1C && character <= 0x1F);
}

// Which second bytes go on with the character that `lead` begins; the others break it there.
struct SecondByte {
  unsigned char first = 0x80;
  unsigned char last = 0xBF;
};

SecondByte second_byte(unsigned char lead) {
  switch (lead) {
    case 0xE0: return {.first = 0xA0};
    case 0xED: return {.last = 0x9F};
    case 0xF0: return {.first = 0x90};
    case 0xF4: return {.last = 0x8F};
    default: return {};
  }
}

std::size_t promised_length(unsigned char lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 1;
}

std::size_t broken_length(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  const std::size_t end = std::min(promised_length(lead), bytes.size());
  SecondByte allowed = second_byte(lead);
  std::size_t length = 1;
  while (length < end) {
    const auto byte = static_cast<unsigned char>(bytes[length]);
    if (byte < allowed.first || byte > allowed.last) break;
    allowed = {};
    ++length;
  }
  return length;
}

}  // namespace

CharacterKind character_kind(char32_t character) {
  if (character < 0x80) return ascii_kind(character);
  if (contains(kWideLetters, character)) return CharacterKind::letter;
  if (contains(kWideNumbers, character)) return CharacterKind::number;
  return contains(kWideBlanks, character) ? CharacterKind::blank : CharacterKind::other;
}

std::size_t unit_length(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const auto whole = clams::first_code_point(bytes);
  return whole ? whole->length : broken_length(bytes);
}

std::string decode_utf8(std::string_view bytes) {
  std::string text;
  while (const auto bad = clams::find_invalid_utf8(bytes)) {
    text.append(bytes.substr(0, *bad));
    clams::append_utf8(text, U'\uFFFD');
    bytes.remove_prefix(*bad + broken_length(bytes.substr(*bad)));
  }
  return text.append(bytes);
}

std::string_view strip(std::string_view text) {
  while (const auto first = clams::first_code_point(text)) {
    if (!is_stripped(first->value)) break;
    text.remove_prefix(first->length);
  }
  while (!text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
    const auto last = clams::first_code_point(text.substr(start));
    if (!last || !is_stripped(last->value)) break;
    text = text.substr(0, start);
  }
  return text;
}

}  // namespace whisper
