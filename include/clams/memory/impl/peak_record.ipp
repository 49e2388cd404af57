// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_record.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <array>

namespace clams {

namespace detail {

// The figures of a device, so that no function forgets one.
inline constexpr std::array kDevicePeakFigures{&DevicePeak::weights, &DevicePeak::working,
                                               &DevicePeak::reserved_growth, &DevicePeak::device,
                                               &DevicePeak::at_least};
inline constexpr std::array kDevicePeakTimes{&DevicePeak::run_time, &DevicePeak::load_time};
inline constexpr std::array kDevicePeakTexts{&DevicePeak::driver, &DevicePeak::library};

CLAMS_INLINE bool uses_less(const PeakSample& a, const PeakSample& b) {
  return a.working < b.working;
}

CLAMS_INLINE void add_peak_sample(std::vector<PeakSample>& samples, const PeakSample& sample) {
  const auto same = std::find_if(samples.begin(), samples.end(), [&](const PeakSample& known) {
    return known.features == sample.features;
  });
  if (same == samples.end()) {
    samples.push_back(sample);
  } else {
    same->working = std::max(same->working, sample.working);
  }
}

CLAMS_INLINE void drop_old_samples(std::vector<PeakSample>& samples) {
  if (samples.size() <= kPeakSamples) return;
  const auto highest = std::max_element(samples.begin(), samples.end(), uses_less);
  auto surplus = static_cast<std::ptrdiff_t>(samples.size() - kPeakSamples);
  if (highest - samples.begin() < surplus) {
    std::iter_swap(highest, samples.begin() + surplus);
  }
  samples.erase(samples.begin(), samples.begin() + surplus);
}

CLAMS_INLINE void merge_device(DevicePeak& known, const DevicePeak& newer) {
  for (const auto figure : kDevicePeakFigures) {
    known.*figure = std::max(known.*figure, newer.*figure);
  }
  for (const auto time : kDevicePeakTimes) {
    if ((newer.*time).count() > 0) known.*time = newer.*time;
  }
  for (const auto text : kDevicePeakTexts) {
    if (!(newer.*text).empty()) known.*text = newer.*text;
  }
  for (const PeakSample& sample : newer.samples) add_peak_sample(known.samples, sample);
  drop_old_samples(known.samples);
}

CLAMS_INLINE bool is_another_time(std::chrono::milliseconds known, std::chrono::milliseconds run) {
  return run.count() > 0 && std::chrono::abs(run - known) * 4 > known;
}

CLAMS_INLINE bool has_sample(const std::vector<PeakSample>& known, const PeakSample& run) {
  return std::any_of(known.begin(), known.end(), [&](const PeakSample& sample) {
    return sample.working >= run.working && sample.features == run.features;
  });
}

CLAMS_INLINE PeakNews device_news(const DevicePeak& known, const DevicePeak& run) {
  const bool is_higher =
      std::any_of(kDevicePeakFigures.begin(), kDevicePeakFigures.end(),
                  [&](const auto figure) { return run.*figure > known.*figure; });
  if (is_higher) return PeakNews::peak;
  const bool is_detail =
      std::any_of(kDevicePeakTimes.begin(), kDevicePeakTimes.end(),
                  [&](const auto time) { return is_another_time(known.*time, run.*time); }) ||
      std::any_of(
          kDevicePeakTexts.begin(), kDevicePeakTexts.end(),
          [&](const auto text) { return !(run.*text).empty() && run.*text != known.*text; }) ||
      std::any_of(run.samples.begin(), run.samples.end(),
                  [&](const PeakSample& sample) { return !has_sample(known.samples, sample); });
  return is_detail ? PeakNews::detail : PeakNews::none;
}

CLAMS_INLINE bool has_other_parameters(const PeakRecord& known, const PeakRecord& run) {
  return !run.parameters.empty() && run.parameters != known.parameters;
}

}  // namespace detail

CLAMS_INLINE std::string PeakRecord::device_key(const std::string& device_name,
                                                const std::string& compute_type) {
  return compute_type.empty() ? device_name : device_name + " / " + compute_type;
}

CLAMS_INLINE PeakRecord merge(const PeakRecord& older, const PeakRecord& newer) {
  PeakRecord both = older;
  both.peak = std::max(older.peak, newer.peak);
  if (!newer.parameters.empty()) both.parameters = newer.parameters;
  for (const auto& [key, device] : newer.devices) detail::merge_device(both.devices[key], device);
  return both;
}

CLAMS_INLINE PeakNews peak_news(const PeakRecord& known, const PeakRecord& run) {
  if (run.peak > known.peak) return PeakNews::peak;
  PeakNews news = detail::has_other_parameters(known, run) ? PeakNews::detail : PeakNews::none;
  for (const auto& [key, device] : run.devices) {
    const auto found = known.devices.find(key);
    if (found == known.devices.end()) return PeakNews::peak;
    news = std::max(news, detail::device_news(found->second, device));
  }
  return news;
}

}  // namespace clams
