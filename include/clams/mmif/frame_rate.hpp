// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/document.hpp>

#include <optional>

namespace clams {

/// The frame rate that is recorded for a video, rounded to two decimals: its property `fps`, or one
/// of the other names in use, such as `frameRate` or `frames_per_second`. Nothing if none is
/// recorded.
/// @throws Error invalid_input if what is recorded is no positive number.
[[nodiscard]] std::optional<double> recorded_frame_rate(const Document& video);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/frame_rate.ipp>
#endif
