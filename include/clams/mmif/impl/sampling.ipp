// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/sampling.hpp>
#include <clams/mmif/time_units.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <array>
#include <cstddef>

namespace clams {
namespace detail {

// In the order of the enumerators.
inline constexpr std::array<std::string_view, 3> kSamplingModeNames{"representatives", "single",
                                                                    "all"};

// 150 hours at 60 frames a second; more is a wrong unit rather than a video.
inline constexpr double kMostTimepoints = 32'400'000;

}  // namespace detail

CLAMS_INLINE std::string_view sampling_mode_name(SamplingMode mode) noexcept {
  return detail::kSamplingModeNames[static_cast<std::size_t>(mode)];
}

CLAMS_INLINE SamplingMode parse_sampling_mode(std::string_view name) {
  for (const SamplingMode mode :
       {SamplingMode::representatives, SamplingMode::single, SamplingMode::all}) {
    if (sampling_mode_name(mode) == name) return mode;
  }
  throw Error(
      ErrorCode::invalid_parameter,
      fmt::format("unknown sampling mode \"{}\": expected representatives, single or all", name));
}

CLAMS_INLINE std::vector<std::int64_t> sample_timepoints(std::int64_t start_ms, std::int64_t end_ms,
                                                         double step_ms) {
  if (!(step_ms > 0)) {
    throw Error(ErrorCode::invalid_input,
                fmt::format("the step between time points must be positive, got {} ms", step_ms));
  }
  const auto start = static_cast<double>(start_ms);
  const auto end = static_cast<double>(end_ms);
  if ((end - start) / step_ms > detail::kMostTimepoints) {
    throw Error(ErrorCode::invalid_input,
                fmt::format("too many time points: every {} ms from {} to {} ms", step_ms, start_ms,
                            end_ms));
  }
  std::vector<std::int64_t> points;
  // Multiplied, not added up, so that rounding errors do not grow.
  for (double i = 0; start + i * step_ms < end; ++i) {
    points.push_back(round_half_even(start + i * step_ms));
  }
  return points;
}

}  // namespace clams
