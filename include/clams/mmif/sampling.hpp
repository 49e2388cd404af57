// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace clams {

/// Which moments of a TimeFrame stand for it when images are taken from a video.
enum class SamplingMode {
  representatives,  ///< all its representative points; a TimeFrame without any is skipped
  single,           ///< the middle representative point, else the middle of its start and end
  all               ///< all its target points, else one point a video frame from start to end
};

/// `representatives`, `single` or `all`: the values of the parameter `tfSamplingMode`.
[[nodiscard]] std::string_view sampling_mode_name(SamplingMode mode) noexcept;

/// The mode that `name` names.
/// @throws Error invalid_parameter for any other name.
[[nodiscard]] SamplingMode parse_sampling_mode(std::string_view name);

/// The points start, start + step, ... before `end_ms`, each rounded to whole milliseconds (halves
/// to the even neighbour). Empty if the end is not after the start. Steps may be fractions, such as
/// 1000 / fps.
/// @throws Error invalid_input if the step is not positive, or so short that the points are too
/// many.
[[nodiscard]] std::vector<std::int64_t> sample_timepoints(std::int64_t start_ms,
                                                          std::int64_t end_ms, double step_ms);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/sampling.ipp>
#endif
