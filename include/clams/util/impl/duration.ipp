// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/duration.hpp>
#include <clams/util/error.hpp>

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

namespace clams {

namespace detail {

struct DurationUnit {
  std::string_view name;
  std::chrono::nanoseconds length;
};

inline constexpr std::array kDurationUnits{DurationUnit{"", std::chrono::seconds{1}},
                                           DurationUnit{"us", std::chrono::microseconds{1}},
                                           DurationUnit{"ms", std::chrono::milliseconds{1}},
                                           DurationUnit{"s", std::chrono::seconds{1}},
                                           DurationUnit{"m", std::chrono::minutes{1}},
                                           DurationUnit{"h", std::chrono::hours{1}}};

}  // namespace detail

CLAMS_INLINE std::chrono::nanoseconds parse_duration(std::string_view text) {
  constexpr std::int64_t kMost = 1'000'000;
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, count);
  const std::string_view unit{rest, static_cast<std::size_t>(end - rest)};
  const bool is_number = problem == std::errc{} && count >= 0 && count <= kMost;
  for (const detail::DurationUnit& known : detail::kDurationUnits) {
    if (is_number && known.name == unit) return known.length * count;
  }
  throw Error{ErrorCode::usage,
              "'" + std::string{text} + "' is not a time such as 30s, 500ms or 5m"};
}

}  // namespace clams
