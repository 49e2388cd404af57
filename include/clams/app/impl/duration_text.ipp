// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/duration_text.hpp>
#include <clams/util/config.hpp>

#include <fmt/compile.h>

#include <cstdint>
#include <iterator>

namespace clams::detail {

CLAMS_INLINE std::string duration_text(std::chrono::nanoseconds duration) {
  const std::int64_t microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  const std::int64_t seconds = microseconds / 1'000'000;
  const std::int64_t fraction = microseconds % 1'000'000;
  const std::int64_t days = seconds / 86'400;
  std::string text;
  const auto end = std::back_inserter(text);
  if (days > 0) fmt::format_to(end, FMT_COMPILE("{} day{}, "), days, days == 1 ? "" : "s");
  fmt::format_to(end, FMT_COMPILE("{}:{:02}:{:02}"), seconds / 3'600 % 24, seconds / 60 % 60,
                 seconds % 60);
  if (fraction != 0) fmt::format_to(end, FMT_COMPILE(".{:06}"), fraction);
  return text;
}

}  // namespace clams::detail
