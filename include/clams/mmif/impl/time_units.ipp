// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/time_units.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace clams {
namespace detail {

struct TimeUnitSpelling {
  std::string_view name;
  TimeUnit unit;
};

inline constexpr std::array kTimeUnitSpellings{
    TimeUnitSpelling{"milliseconds", TimeUnit::milliseconds},
    TimeUnitSpelling{"millisecond", TimeUnit::milliseconds},
    TimeUnitSpelling{"msec", TimeUnit::milliseconds},
    TimeUnitSpelling{"ms", TimeUnit::milliseconds},
    TimeUnitSpelling{"m", TimeUnit::milliseconds},
    TimeUnitSpelling{"seconds", TimeUnit::seconds},
    TimeUnitSpelling{"second", TimeUnit::seconds},
    TimeUnitSpelling{"sec", TimeUnit::seconds},
    TimeUnitSpelling{"se", TimeUnit::seconds},
    TimeUnitSpelling{"s", TimeUnit::seconds},
    TimeUnitSpelling{"frames", TimeUnit::frames},
    TimeUnitSpelling{"frame", TimeUnit::frames},
    TimeUnitSpelling{"fr", TimeUnit::frames},
    TimeUnitSpelling{"f", TimeUnit::frames},
    TimeUnitSpelling{"isoformat", TimeUnit::iso},
    TimeUnitSpelling{"iso", TimeUnit::iso},
    TimeUnitSpelling{"i", TimeUnit::iso},
};

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kSecondsPerDay = 86'400;

/// Takes up to `max_digits` digits off the front of `text`; nothing if there is none.
CLAMS_INLINE std::optional<std::string_view> take_digits(std::string_view& text,
                                                         std::size_t max_digits) {
  std::size_t count = 0;
  while (count < std::min(max_digits, text.size()) && text[count] >= '0' && text[count] <= '9') {
    ++count;
  }
  if (count == 0) return std::nullopt;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

/// Takes a number below `limit` and the `separator` after it off the front of `text`.
CLAMS_INLINE std::optional<int> take_clock_part(std::string_view& text, int limit, char separator) {
  const auto digits = take_digits(text, 2);
  if (!digits || !text.starts_with(separator)) return std::nullopt;
  text.remove_prefix(1);
  int value = 0;
  std::from_chars(digits->data(), digits->data() + digits->size(), value);
  return value < limit ? std::optional{value} : std::nullopt;
}

/// The milliseconds of `H:M:S.f`, cut off (not rounded) where the fraction is finer.
CLAMS_INLINE std::optional<std::int64_t> parse_iso_time(std::string_view text) {
  const auto hours = take_clock_part(text, 24, ':');
  if (!hours) return std::nullopt;
  const auto minutes = take_clock_part(text, 60, ':');
  if (!minutes) return std::nullopt;
  const auto seconds = take_clock_part(text, 60, '.');
  if (!seconds) return std::nullopt;
  const auto fraction = take_digits(text, 6);
  if (!fraction || !text.empty()) return std::nullopt;

  std::string padded{*fraction};
  padded.resize(6, '0');
  int micros = 0;
  std::from_chars(padded.data(), padded.data() + padded.size(), micros);
  // In doubles on purpose: this is the arithmetic by which MMIF tools cut a fraction off.
  const double total = *hours * 3600 + *minutes * 60 + *seconds + micros / 1e6;
  return static_cast<std::int64_t>(1000 * total);
}

/// `HH:MM:SS.mmm` of a time of day, rounded to microseconds and cut to milliseconds.
CLAMS_INLINE std::string format_iso_time(double seconds) {
  double whole = 0;
  const double fraction = std::modf(seconds, &whole);
  const std::int64_t total = round_half_even(whole);
  constexpr std::int64_t kMost = 253'402'300'800;  // the year 10000, where Python's clock ends
  if (total >= kMost || total <= -kMost) {
    throw Error(ErrorCode::invalid_input, fmt::format("{} seconds are too many for a time", total));
  }
  const std::int64_t micros = total * kMicrosPerSecond + round_half_even(fraction * 1e6);
  constexpr std::int64_t kDay = kSecondsPerDay * kMicrosPerSecond;
  const std::int64_t of_day = (micros % kDay + kDay) % kDay / 1000;
  return fmt::format("{:02}:{:02}:{:02}.{:03}", of_day / 3'600'000, of_day / 60'000 % 60,
                     of_day / 1000 % 60, of_day % 1000);
}

/// `value` rounded to three decimals as it would be printed.
CLAMS_INLINE double round_to_thousandths(double value) {
  const std::string text = fmt::format("{:.3f}", value);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

CLAMS_INLINE double time_number(const Json& time, TimeUnit unit) {
  if (time.is_number()) return time.get<double>();
  throw Error(ErrorCode::invalid_input, fmt::format("a time in {} must be a number, got {}",
                                                    time_unit_name(unit), write_json(time)));
}

CLAMS_INLINE Json from_seconds(const Json& time, TimeUnit to, double rate) {
  const double seconds = time_number(time, TimeUnit::seconds);
  if (to == TimeUnit::frames) return round_half_even(seconds * rate);
  if (to == TimeUnit::milliseconds) return round_half_even(seconds * 1000);
  return format_iso_time(seconds);
}

CLAMS_INLINE Json from_milliseconds(const Json& time, TimeUnit to, double rate) {
  const double seconds = time_number(time, TimeUnit::milliseconds) / 1000;
  if (to == TimeUnit::frames) return round_half_even(seconds * rate);
  if (to == TimeUnit::seconds) return seconds;
  return format_iso_time(seconds);
}

CLAMS_INLINE Json from_frames(const Json& time, TimeUnit to, double rate) {
  const double seconds = time_number(time, TimeUnit::frames) / rate;
  if (to == TimeUnit::seconds) return seconds;
  if (to == TimeUnit::milliseconds) return round_half_even(round_to_thousandths(seconds) * 1000);
  return format_iso_time(seconds);
}

CLAMS_INLINE Json from_iso(const Json& time, TimeUnit to, double rate) {
  const auto milliseconds =
      time.is_string() ? parse_iso_time(time.get_ref<const std::string&>()) : std::nullopt;
  if (!milliseconds) {
    throw Error(
        ErrorCode::invalid_input,
        fmt::format("an iso time must be text like \"01:02:03.456\", got {}", write_json(time)));
  }
  if (to == TimeUnit::milliseconds) return *milliseconds;
  return from_milliseconds(Json(*milliseconds), to, rate);
}

}  // namespace detail

CLAMS_INLINE TimeUnit parse_time_unit(std::string_view name) {
  for (const detail::TimeUnitSpelling& spelling : detail::kTimeUnitSpellings) {
    if (spelling.name == name) return spelling.unit;
  }
  throw Error(ErrorCode::invalid_input,
              fmt::format("unknown time unit \"{}\": expected milliseconds, seconds, frames or "
                          "isoformat",
                          name));
}

CLAMS_INLINE std::string_view time_unit_name(TimeUnit unit) noexcept {
  const auto* const first =
      std::find_if(detail::kTimeUnitSpellings.begin(), detail::kTimeUnitSpellings.end(),
                   [&](const auto& spelling) { return spelling.unit == unit; });
  return first->name;
}

CLAMS_INLINE Json convert_time(const Json& time, TimeUnit from, TimeUnit to,
                               double frames_per_second) {
  if (from == TimeUnit::iso) return detail::from_iso(time, to, frames_per_second);
  if (from == to) return time;
  const bool uses_frames = from == TimeUnit::frames || to == TimeUnit::frames;
  if (uses_frames && !(frames_per_second > 0)) {
    throw Error(ErrorCode::invalid_input,
                fmt::format("frames need a positive frame rate, got {}", frames_per_second));
  }
  if (from == TimeUnit::seconds) return detail::from_seconds(time, to, frames_per_second);
  if (from == TimeUnit::milliseconds) return detail::from_milliseconds(time, to, frames_per_second);
  return detail::from_frames(time, to, frames_per_second);
}

CLAMS_INLINE std::int64_t round_half_even(double value) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (!(value < kLimit && value >= -kLimit)) {
    throw Error(ErrorCode::invalid_input, fmt::format("{} is too large for a whole number", value));
  }
  return static_cast<std::int64_t>(std::nearbyint(value));
}

}  // namespace clams
