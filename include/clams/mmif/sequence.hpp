// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clams {

/// A stretch of a sequence by index: from `begin` up to, but without, `end`.
struct IndexInterval {
  std::size_t begin;
  std::size_t end;

  friend bool operator==(const IndexInterval&, const IndexInterval&) = default;
};

/// How `smooth_outlying_short_intervals` smooths.
struct SmoothingOptions {
  long min_positive = 1;   ///< positive runs shorter than this count as negative
  long min_negative = 1;   ///< gaps shorter than this count as positive
  double min_score = 0.5;  ///< a score of this or more is positive
};

/// The positive stretches of a list of scores, such as a classifier's over the frames of a video.
/// First short gaps between positive runs are filled (not those at either end of the list), then
/// positive runs that are still short are dropped.
/// @throws Error invalid_input if one of the minimal lengths is not positive.
[[nodiscard]] std::vector<IndexInterval> smooth_outlying_short_intervals(
    std::span<const double> scores, const SmoothingOptions& options);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/sequence.ipp>
#endif
