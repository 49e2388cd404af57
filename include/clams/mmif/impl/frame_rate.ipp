// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/frame_rate.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

namespace clams {
namespace detail {

// In the order in which they are looked for.
inline constexpr std::array<std::string_view, 13> kFrameRateProperties{
    "fps",
    "framerate",
    "frameRate",
    "frame_rate",
    "frame-rate",
    "framespersecond",
    "framesPerSecond",
    "frames_per_second",
    "frames-per-second",
    "framepersecond",
    "framePerSecond",
    "frame_per_second",
    "frame-per-second",
};

}  // namespace detail

CLAMS_INLINE std::optional<double> recorded_frame_rate(const Document& video) {
  for (const std::string_view name : detail::kFrameRateProperties) {
    const Json* const value = video.find(name);
    if (value == nullptr) continue;
    if (!value->is_number() || !(value->get<double>() > 0)) {
      throw Error(ErrorCode::invalid_input,
                  fmt::format("the property {} of document {} must be a positive number, got {}",
                              name, video.id(), write_json(*value)));
    }
    // By way of text, as it would be printed: two decimals have no exact double.
    const std::string text = fmt::format("{:.2f}", value->get<double>());
    double rounded = 0;
    std::from_chars(text.data(), text.data() + text.size(), rounded);
    return rounded;
  }
  return std::nullopt;
}

}  // namespace clams
