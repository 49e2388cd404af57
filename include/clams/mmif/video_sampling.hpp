// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>
#include <clams/mmif/sampling.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace clams {

/// A moment of a video at which an image is to be taken.
struct SampledTime {
  std::int64_t milliseconds;
  const Annotation* source;  ///< the TimePoint it comes from; null if it was computed

  friend bool operator==(const SampledTime&, const SampledTime&) = default;
};

/// The document that a TimeFrame is about: its `document`, else that of its first target.
/// @throws Error not_found if neither leads to a document.
[[nodiscard]] const Document& video_of(const Mmif& mmif, const Annotation& time_frame);

/// The moments that stand for a TimeFrame, as SamplingMode says. Times in frames are converted by
/// the frame rate that is recorded for the video (see `recorded_frame_rate`).
/// @param file_frame_rate what the video file says, for where no rate is recorded.
/// @throws Error not_found for a point that does not exist or a frame anchored nowhere,
/// invalid_input if
///   a frame rate is needed and neither recorded nor given.
[[nodiscard]] std::vector<SampledTime> sample_time_frame(
    const Mmif& mmif, const Annotation& time_frame, SamplingMode mode,
    std::optional<double> file_frame_rate = std::nullopt);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/video_sampling.ipp>
#endif
