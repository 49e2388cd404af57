// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/running_time.hpp>
#include <clams/util/config.hpp>

#include <charconv>
#include <string>

namespace clams::detail {

/// Takes a number off the front of `text`, and `separator` after it.
CLAMS_INLINE std::optional<std::int64_t> take_number(std::string_view& text,
                                                     std::string_view separator) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with(separator)) return std::nullopt;
  text.remove_prefix(separator.size());
  return value;
}

CLAMS_INLINE std::optional<std::int64_t> take_days(std::string_view& text) {
  if (text.find("day") == std::string_view::npos) return 0;
  const std::string_view separator =
      text.find("days, ") == std::string_view::npos ? " day, " : " days, ";
  return take_number(text, separator);
}

/// `.345678`, or nothing at all for whole seconds.
CLAMS_INLINE std::optional<std::int64_t> fraction_milliseconds(std::string_view text) {
  if (text.empty()) return 0;
  if (text.size() < 2 || text.size() > 7 || text.front() != '.') return std::nullopt;
  std::string digits{text.substr(1)};
  digits.resize(6, '0');
  std::string_view rest = digits;
  const auto micros = take_number(rest, "");
  return micros && rest.empty() ? std::optional{*micros / 1000} : std::nullopt;
}

CLAMS_INLINE std::optional<std::int64_t> parse_running_time(std::string_view text) {
  const auto days = take_days(text);
  if (!days) return std::nullopt;
  const auto hours = take_number(text, ":");
  if (!hours) return std::nullopt;
  const auto minutes = take_number(text, ":");
  if (!minutes) return std::nullopt;
  const auto seconds = take_number(text, "");
  if (!seconds || *minutes > 59 || *seconds > 59) return std::nullopt;
  const auto milliseconds = fraction_milliseconds(text);
  if (!milliseconds) return std::nullopt;
  return (((*days * 24 + *hours) * 60 + *minutes) * 60 + *seconds) * 1000 + *milliseconds;
}

}  // namespace clams::detail
