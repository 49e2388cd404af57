// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_record.hpp>
#include <clams/util/bytes.hpp>

#include <map>
#include <string>
#include <vector>

namespace clams {

/// What a request of a given size will take.
struct PeakEstimate {
  Bytes working;
  bool is_extrapolated = false;  ///< smaller or larger than every recorded run
};

/// How the peak of a request follows the size of its input, from recorded runs: the plane
/// `a + b1 * x1 + b2 * x2 ...` that the asked share of the runs lie on or below. No slope is
/// negative, because more input never takes less. With too few runs for that (two more than
/// features, all of different sizes) it is the highest peak, raised in proportion for a larger
/// input.
///
/// Nothing is ever expected to take less than the smallest recorded run, nor as little as a run is
/// known to have failed with. The same runs give the same answer, always.
///
/// Ownership: a value.
/// Threads: immutable once made.
/// Errors: `at` throws Error invalid_parameter for a feature that is missing or not finite.
class PeakFit {
 public:
  /// @param names the features to follow; runs that lack one of them are left out
  /// @param quantile the share of the runs that lie on or below the fit, 0 to 1
  /// @param at_least what a run had that failed for lack of memory; zero: there was none
  PeakFit(const std::vector<PeakSample>& samples, std::vector<std::string> names, double quantile,
          Bytes at_least = Bytes{0});

  /// Whether no run named all of the features, so that there is nothing to go by.
  [[nodiscard]] bool is_empty() const noexcept { return run_count_ == 0; }

  [[nodiscard]] PeakEstimate at(const std::map<std::string, double>& features) const;

 private:
  struct Range {
    double lowest;
    double highest;
  };

  [[nodiscard]] double expected(const std::vector<double>& sizes) const;

  std::vector<std::string> names_;
  std::vector<Range> seen_;     // of each feature
  std::vector<double> slopes_;  // of each feature; empty: too few runs for a line
  double intercept_ = 0;
  Range peaks_{0, 0};
  Bytes floor_;
  std::size_t run_count_ = 0;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/peak_fit.ipp>
#endif
