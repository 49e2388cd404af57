// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_fit.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <utility>

namespace clams {

namespace detail {

using FitPoint = std::vector<double>;

/// The runs as columns of numbers.
struct FitData {
  std::vector<FitPoint> sizes;
  std::vector<double> peaks;

  [[nodiscard]] std::size_t distinct() const {
    return std::set<FitPoint>{sizes.begin(), sizes.end()}.size();
  }
};

/// The features in the order of `names`; nothing if one is missing or not finite.
[[nodiscard]] CLAMS_INLINE std::optional<FitPoint> fit_point(
    const std::map<std::string, double>& features, const std::vector<std::string>& names) {
  FitPoint point;
  for (const std::string& name : names) {
    const auto found = features.find(name);
    if (found == features.end() || !std::isfinite(found->second)) return std::nullopt;
    point.push_back(found->second);
  }
  return point;
}

[[nodiscard]] CLAMS_INLINE FitData fit_data(const std::vector<PeakSample>& samples,
                                            const std::vector<std::string>& names) {
  constexpr std::size_t kMostRuns = 256;  // the latest; the work grows with their square
  FitData data;
  const auto skipped = samples.size() - std::min(samples.size(), kMostRuns);
  for (const PeakSample& sample : std::span{samples}.subspan(skipped)) {
    auto point = fit_point(sample.features, names);
    if (!point) continue;
    data.sizes.push_back(std::move(*point));
    data.peaks.push_back(static_cast<double>(sample.working.count()));
  }
  return data;
}

/// Finds the plane with the least pinball loss by moving one slope at a time. For given slopes the
/// best intercept is the quantile of what is left over, and the loss is convex in each slope, so
/// that halving an interval finds its minimum. With several features that move together the result
/// may be a little above the best plane, never below the quantile.
class QuantileFit {
 public:
  QuantileFit(const FitData& data, double quantile)
      : data_(data),
        quantile_(quantile),
        slopes_(data.sizes.front().size(), 0.0),
        left_over_(data.peaks) {
    constexpr int kRounds = 8;
    for (int round = 0; round < kRounds; ++round) {
      for (std::size_t feature = 0; feature < slopes_.size(); ++feature) improve(feature);
      if (slopes_.size() == 1) break;
    }
  }

  [[nodiscard]] const std::vector<double>& slopes() const { return slopes_; }
  [[nodiscard]] double intercept() const { return quantile_of(left_over_); }

 private:
  [[nodiscard]] double quantile_of(std::vector<double> values) const {
    const auto count = static_cast<double>(values.size());
    const double rank = std::clamp(std::ceil(quantile_ * count), 1.0, count) - 1;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  [[nodiscard]] std::vector<double> without(std::size_t feature, double slope,
                                            std::vector<double> values) const {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= slope * data_.sizes[i][feature];
    return values;
  }

  [[nodiscard]] double loss(const std::vector<double>& values) const {
    const double intercept = quantile_of(values);
    return std::accumulate(values.begin(), values.end(), 0.0, [&](double sum, double value) {
      const double above = value - intercept;
      return sum + (above > 0 ? quantile_ * above : (quantile_ - 1) * above);
    });
  }

  /// The best plane passes through two of the runs, or is flat: no slope is steeper than these.
  [[nodiscard]] double steepest(std::size_t feature, const std::vector<double>& values) const {
    double highest = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      for (std::size_t j = 0; j < values.size(); ++j) {
        const double run = data_.sizes[j][feature] - data_.sizes[i][feature];
        const double slope = (values[j] - values[i]) / run;
        if (run > 0 && std::isfinite(slope)) highest = std::max(highest, slope);
      }
    }
    return highest;
  }

  void improve(std::size_t feature) {
    const std::vector<double> values = without(feature, -slopes_[feature], left_over_);
    double low = 0;
    double high = steepest(feature, values);
    constexpr int kSteps = 80;
    for (int step = 0; step < kSteps; ++step) {
      const double third = (high - low) / 3;
      const double left = loss(without(feature, low + third, values));
      const double right = loss(without(feature, high - third, values));
      (left <= right ? high : low) = left <= right ? high - third : low + third;
    }
    slopes_[feature] = (low + high) / 2;
    left_over_ = without(feature, slopes_[feature], values);
  }

  const FitData& data_;
  double quantile_;
  std::vector<double> slopes_;
  std::vector<double> left_over_;  // the peaks less what the slopes explain
};

/// A peak that no machine has: keeps sums of estimates from overflowing.
inline constexpr double kHighestPeak = 0x1p60;

[[nodiscard]] CLAMS_INLINE Bytes bytes_of_peak(double peak) {
  return Bytes{static_cast<std::int64_t>(std::ceil(std::clamp(peak, 0.0, kHighestPeak)))};
}

}  // namespace detail

CLAMS_INLINE PeakFit::PeakFit(const std::vector<PeakSample>& samples,
                              std::vector<std::string> names, double quantile, Bytes at_least)
    : names_(std::move(names)) {
  if (at_least > Bytes{0}) floor_ = at_least + Bytes{1};
  const detail::FitData data = detail::fit_data(samples, names_);
  run_count_ = data.peaks.size();
  if (is_empty()) return;

  const auto [low, high] = std::minmax_element(data.peaks.begin(), data.peaks.end());
  peaks_ = {*low, *high};
  for (std::size_t feature = 0; feature < names_.size(); ++feature) {
    const auto by_feature = [&](const auto& a, const auto& b) { return a[feature] < b[feature]; };
    const auto [small, large] =
        std::minmax_element(data.sizes.begin(), data.sizes.end(), by_feature);
    seen_.push_back({(*small)[feature], (*large)[feature]});
  }
  if (names_.empty() || data.distinct() < names_.size() + 2) return;
  const detail::QuantileFit fit{data, quantile};
  slopes_ = fit.slopes();
  intercept_ = fit.intercept();
}

CLAMS_INLINE double PeakFit::expected(const std::vector<double>& sizes) const {
  if (!slopes_.empty()) {
    const double peak = std::inner_product(sizes.begin(), sizes.end(), slopes_.begin(), intercept_);
    return std::max(peak, peaks_.lowest);
  }
  double ratio = 1;
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (seen_[i].highest > 0) ratio = std::max(ratio, sizes[i] / seen_[i].highest);
  }
  return peaks_.highest * ratio;
}

CLAMS_INLINE PeakEstimate PeakFit::at(const std::map<std::string, double>& features) const {
  const auto sizes = detail::fit_point(features, names_);
  if (!sizes) {
    std::string list;
    for (const std::string& name : names_) list += (list.empty() ? "" : ", ") + name;
    throw Error{ErrorCode::invalid_parameter,
                "the features of a request must have a finite value each: " + list};
  }
  PeakEstimate estimate{.working = std::max(detail::bytes_of_peak(expected(*sizes)), floor_),
                        .is_extrapolated = is_empty()};
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    const double size = (*sizes)[i];
    if (size < seen_[i].lowest || size > seen_[i].highest) estimate.is_extrapolated = true;
  }
  return estimate;
}

}  // namespace clams
