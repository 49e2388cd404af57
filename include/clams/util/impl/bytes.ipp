// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace clams {

namespace detail {

struct ByteUnit {
  std::string_view name;  // lower case
  double size;
};

inline constexpr std::array kByteUnits{
    ByteUnit{"", 1},         ByteUnit{"b", 1},        ByteUnit{"kb", 1e3},
    ByteUnit{"mb", 1e6},     ByteUnit{"gb", 1e9},     ByteUnit{"tb", 1e12},
    ByteUnit{"kib", 0x1p10}, ByteUnit{"mib", 0x1p20}, ByteUnit{"gib", 0x1p30},
    ByteUnit{"tib", 0x1p40},
};

[[noreturn]] CLAMS_INLINE void refuse_bytes(std::string_view text) {
  throw Error{ErrorCode::usage,
              "\"" + std::string{text} +
                  "\" is not an amount of memory; write for example 24GiB, 512MiB or "
                  "6442450944"};
}

CLAMS_INLINE bool unit_matches(std::string_view written, std::string_view lower_case) {
  if (written.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const char c = written[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower != lower_case[i]) return false;
  }
  return true;
}

CLAMS_INLINE Bytes bytes_from(double amount, std::string_view text) {
  constexpr double kTooLarge = 0x1p63;
  if (!(amount >= 0) || amount >= kTooLarge) refuse_bytes(text);
  return Bytes{static_cast<std::int64_t>(std::llround(amount))};
}

}  // namespace detail

CLAMS_INLINE Bytes scaled(Bytes need, double factor) {
  const double amount = std::ceil(static_cast<double>(need.count()) * factor);
  constexpr double kLargest = 0x1p63;
  if (amount >= kLargest) return Bytes{std::numeric_limits<std::int64_t>::max()};
  return Bytes{static_cast<std::int64_t>(amount)};
}

CLAMS_INLINE Bytes parse_bytes(std::string_view text) {
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  const auto as_integer = std::from_chars(text.data(), end, whole);
  if (as_integer.ec == std::errc{} && as_integer.ptr == end && whole >= 0) return Bytes{whole};

  double number = 0;
  const auto [rest, problem] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (problem != std::errc{}) detail::refuse_bytes(text);
  std::string_view unit{rest, static_cast<std::size_t>(end - rest)};
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const auto& known : detail::kByteUnits) {
    if (detail::unit_matches(unit, known.name))
      return detail::bytes_from(number * known.size, text);
  }
  detail::refuse_bytes(text);
}

CLAMS_INLINE std::string to_text(Bytes amount) {
  constexpr std::array<std::string_view, 5> kNames{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(amount.count());
  std::size_t unit = 0;
  while (std::abs(value) >= 1024 && unit + 1 < kNames.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  const bool whole = value == std::floor(value);
  const int length = std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.2f", value);
  return std::string{text.data(), static_cast<std::size_t>(length)} + std::string{kNames[unit]};
}

}  // namespace clams
