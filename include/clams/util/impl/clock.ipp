// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/clock.hpp>
#include <clams/util/config.hpp>

#include <array>
#include <cstdint>
#include <string>

namespace clams {

namespace detail {

class RealClock final : public Clock {
 public:
  [[nodiscard]] SystemTime system_now() const noexcept override {
    return std::chrono::system_clock::now();
  }
  [[nodiscard]] SteadyTime steady_now() const noexcept override {
    return std::chrono::steady_clock::now();
  }
};

/// A number that is not negative, with zeros before it up to the width, and what stands behind it.
CLAMS_INLINE void append_padded(std::string& text, std::int64_t number, std::size_t width,
                                char behind) {
  std::array<char, 20> buffer{};
  std::size_t first = buffer.size();
  buffer[--first] = behind;
  for (; number > 0 || first + width + 1 > buffer.size(); number /= 10) {
    buffer[--first] = static_cast<char>('0' + number % 10);
  }
  text.append(buffer.data() + first, buffer.size() - first);
}

}  // namespace detail

CLAMS_INLINE const Clock& real_clock() {
  static const detail::RealClock clock;
  return clock;
}

CLAMS_INLINE std::string utc_timestamp(Clock::SystemTime time) {
  namespace chrono = std::chrono;
  const auto micros = chrono::floor<chrono::microseconds>(time);
  const auto day = chrono::floor<chrono::days>(micros);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{micros - day};

  std::string text;
  text.reserve(32);
  detail::append_padded(text, static_cast<int>(date.year()), 4, '-');
  detail::append_padded(text, static_cast<unsigned>(date.month()), 2, '-');
  detail::append_padded(text, static_cast<unsigned>(date.day()), 2, 'T');
  detail::append_padded(text, clock.hours().count(), 2, ':');
  detail::append_padded(text, clock.minutes().count(), 2, ':');
  const auto fraction = clock.subseconds().count();
  detail::append_padded(text, clock.seconds().count(), 2, fraction == 0 ? 'Z' : '.');
  if (fraction != 0) detail::append_padded(text, fraction, 6, 'Z');
  return text;
}

}  // namespace clams
