// SPDX-License-Identifier: Apache-2.0
#include "model/byte_alphabet.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace whisper {

namespace {

constexpr std::size_t kLetters = 256 + 68;  // the highest is U+0143
constexpr std::int16_t kNone = -1;

constexpr bool stands_for_itself(unsigned byte) {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) ||
         (byte >= 174 && byte <= 255);
}

// From code point to byte: the bytes that are not printable follow each other from U+0100 on.
constexpr std::array<std::int16_t, kLetters> make_alphabet() {
  std::array<std::int16_t, kLetters> alphabet{};
  for (auto& byte : alphabet) byte = kNone;
  std::size_t next = 256;
  for (unsigned byte = 0; byte < 256; ++byte) {
    alphabet[stands_for_itself(byte) ? byte : next++] = static_cast<std::int16_t>(byte);
  }
  return alphabet;
}

constexpr auto kAlphabet = make_alphabet();

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> make_base64_values() {
  std::array<std::int8_t, 256> values{};
  for (auto& value : values) value = -1;
  for (std::size_t i = 0; i < kBase64.size(); ++i) {
    values[static_cast<unsigned char>(kBase64[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}

constexpr auto kBase64Values = make_base64_values();

}  // namespace

std::optional<std::string> bytes_from_alphabet(std::string_view spelling) {
  std::string bytes;
  for (std::size_t i = 0; i < spelling.size(); ++i) {
    std::size_t letter = static_cast<unsigned char>(spelling[i]);
    if (letter >= 0x80U) {  // all letters of the alphabet have one or two bytes
      if ((letter & 0xE0U) != 0xC0U || i + 1 == spelling.size()) return std::nullopt;
      const std::size_t second = static_cast<unsigned char>(spelling[++i]);
      if ((second & 0xC0U) != 0x80U) return std::nullopt;
      letter = (letter & 0x1FU) << 6U | (second & 0x3FU);
    }
    if (letter >= kLetters || kAlphabet[letter] == kNone) return std::nullopt;
    bytes += static_cast<char>(kAlphabet[letter]);
  }
  return bytes;
}

std::optional<std::string> bytes_from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char letter : text) {
    const std::int8_t value = kBase64Values[static_cast<unsigned char>(letter)];
    if (value < 0) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint8_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFFU);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  return bytes;
}

}  // namespace whisper
