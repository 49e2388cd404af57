// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/recorded_peak.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace clams::detail {

CLAMS_INLINE bool is_measured(const DevicePeak& peak) {
  return peak.weights > Bytes{0} || peak.working > Bytes{0};
}

CLAMS_INLINE bool is_without_gpu(const DevicePeak& peak) {
  return !is_measured(peak) && peak.reserved_growth == Bytes{0} && peak.device == Bytes{0} &&
         peak.at_least == Bytes{0};
}

/// A record is a file, which may hold anything: such figures can be added up without overflow.
[[nodiscard]] CLAMS_INLINE Bytes plausible(Bytes amount) {
  constexpr Bytes kMostRecorded{std::int64_t{1} << 50U};
  return std::clamp(amount, Bytes{0}, kMostRecorded);
}

/// The higher of each figure that a need is worked out from.
CLAMS_INLINE void raise_recorded(DevicePeak& peak, const DevicePeak& other) {
  peak.weights = std::max(peak.weights, plausible(other.weights));
  peak.working = std::max(peak.working, plausible(other.working));
  peak.reserved_growth = std::max(peak.reserved_growth, plausible(other.reserved_growth));
  peak.device = std::max(peak.device, plausible(other.device));
  peak.at_least = std::max(peak.at_least, plausible(other.at_least));
  peak.samples.insert(peak.samples.end(), other.samples.begin(), other.samples.end());
}

/// Whether a key of PeakRecord::devices is about this compute type, on any device.
[[nodiscard]] CLAMS_INLINE bool has_compute_type(std::string_view key,
                                                 const std::string& compute_type) {
  if (!compute_type.empty()) return key.ends_with(PeakRecord::device_key("", compute_type));
  std::string separator = PeakRecord::device_key("", "?");
  separator.pop_back();
  return key.find(separator) == std::string_view::npos;
}

/// Whether a key of PeakRecord::devices is about runs on the processor: they tell nothing of GPUs.
[[nodiscard]] CLAMS_INLINE bool is_of_host(std::string_view key) {
  std::string prefix = PeakRecord::device_key(kHostDevice, "?");
  prefix.pop_back();
  return key == kHostDevice || key.starts_with(prefix);
}

/// The own figures if they suffice; else the highest of all devices with this compute type.
[[nodiscard]] CLAMS_INLINE std::optional<DevicePeak> recorded_device_peak(
    const PeakRecord& record, const Device& device, const std::string& compute_type) {
  std::optional<DevicePeak> highest;
  const auto own = record.devices.find(PeakRecord::device_key(device.name, compute_type));
  if (own != record.devices.end()) {
    raise_recorded(highest.emplace(), own->second);
    if (is_measured(*highest) || is_without_gpu(*highest)) return highest;
  }
  for (const auto& [key, peak] : record.devices) {
    if (is_of_host(key) || !has_compute_type(key, compute_type)) continue;
    if (!highest) highest.emplace();
    raise_recorded(*highest, peak);
  }
  return highest;
}

CLAMS_INLINE std::optional<RecordedPeak> find_recorded_peak(const PeakRecord& record,
                                                            const Device& device,
                                                            const std::string& compute_type,
                                                            RungPlace place) {
  const auto figures = recorded_device_peak(record, device, compute_type);
  if (figures && (is_measured(*figures) || is_without_gpu(*figures))) {
    return RecordedPeak{.figures = *figures};
  }
  RecordedPeak found{.figures = figures.value_or(DevicePeak{})};
  // Beside figures of another compute type the peak is theirs.
  const bool is_prior = std::none_of(
      record.devices.begin(), record.devices.end(),
      [](const auto& entry) { return !is_of_host(entry.first) && is_measured(entry.second); });
  if (place == RungPlace::first && is_prior && record.peak > Bytes{0}) {
    found.whole = plausible(record.peak);
  }
  if (!figures && !found.whole) return std::nullopt;
  return found;
}

}  // namespace clams::detail
