// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/clock.hpp>
#include <clams/util/config.hpp>

#include <array>
#include <cstdio>

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

  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  std::string result{text.data(), static_cast<std::size_t>(length)};
  if (const auto fraction = clock.subseconds().count(); fraction != 0) {
    const std::string digits = std::to_string(fraction);
    result += '.' + std::string(6 - digits.size(), '0') + digits;
  }
  return result + 'Z';
}

}  // namespace clams
