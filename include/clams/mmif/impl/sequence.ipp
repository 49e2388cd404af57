// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/sequence.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <string_view>

namespace clams {
namespace detail {

/// Neighbouring scores on the same side of the threshold.
struct ScoreRun {
  bool positive;
  std::size_t length;
};

/// Appends a run, or lengthens the last one if that is on the same side.
CLAMS_INLINE void append_run(std::vector<ScoreRun>& runs, ScoreRun run) {
  if (!runs.empty() && runs.back().positive == run.positive) {
    runs.back().length += run.length;
  } else {
    runs.push_back(run);
  }
}

CLAMS_INLINE std::vector<ScoreRun> fill_short_gaps(const std::vector<ScoreRun>& runs,
                                                   std::size_t min_length) {
  std::vector<ScoreRun> filled;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const bool at_an_end = i == 0 || i + 1 == runs.size();
    const bool is_gap = !runs[i].positive && (at_an_end || runs[i].length >= min_length);
    append_run(filled, {!is_gap, runs[i].length});
  }
  return filled;
}

CLAMS_INLINE std::size_t checked_run_length(long length, std::string_view what) {
  if (length > 0) return static_cast<std::size_t>(length);
  throw Error(ErrorCode::invalid_input,
              fmt::format("the minimal length of a {} run must be positive, got {}", what, length));
}

}  // namespace detail

CLAMS_INLINE std::vector<IndexInterval> smooth_outlying_short_intervals(
    std::span<const double> scores, const SmoothingOptions& options) {
  const std::size_t min_positive = detail::checked_run_length(options.min_positive, "positive");
  const std::size_t min_negative = detail::checked_run_length(options.min_negative, "negative");
  std::vector<detail::ScoreRun> runs;
  for (const double score : scores) detail::append_run(runs, {score >= options.min_score, 1});

  std::vector<IndexInterval> intervals;
  std::size_t begin = 0;
  for (const auto& run : detail::fill_short_gaps(runs, min_negative)) {
    const std::size_t end = begin + run.length;
    if (run.positive && run.length >= min_positive) intervals.push_back({begin, end});
    begin = end;
  }
  return intervals;
}

}  // namespace clams
