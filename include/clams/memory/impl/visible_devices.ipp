// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/comma_list.hpp>
#include <clams/memory/visible_devices.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

namespace clams {

namespace detail {

// A cut GPU stands for its first slice; without slices it cannot be used.
CLAMS_INLINE std::optional<VisibleDevice> whole_or_first_slice(
    const std::vector<InstalledDevice>& installed, std::size_t place) {
  const InstalledDevice& device = installed[place];
  if (device.mig == MigMode::off) return VisibleDevice{place};
  if (device.slices.empty()) return std::nullopt;
  return VisibleDevice{place, 0};
}

CLAMS_INLINE std::optional<VisibleDevice> device_with_index(
    const std::vector<InstalledDevice>& installed, std::string_view entry) {
  std::size_t place = 0;
  const char* const end = entry.data() + entry.size();
  const auto [rest, problem] = std::from_chars(entry.data(), end, place);
  if (problem != std::errc{} || rest != end || place >= installed.size()) return std::nullopt;
  return whole_or_first_slice(installed, place);
}

// Every device and slice whose UUID begins with the entry; one that is spelled out in full is the
// only match, though it may be the beginning of another.
CLAMS_INLINE std::vector<VisibleDevice> devices_beginning_with(
    const std::vector<InstalledDevice>& installed, std::string_view entry) {
  std::vector<VisibleDevice> found;
  for (std::size_t place = 0; place < installed.size(); ++place) {
    const InstalledDevice& device = installed[place];
    if (device.uuid == entry) return {VisibleDevice{place}};
    if (device.uuid.starts_with(entry)) found.push_back({place});
    for (std::size_t slice = 0; slice < device.slices.size(); ++slice) {
      if (device.slices[slice] == entry) return {VisibleDevice{place, slice}};
      if (device.slices[slice].starts_with(entry)) found.push_back({place, slice});
    }
  }
  return found;
}

CLAMS_INLINE std::optional<VisibleDevice> device_named(
    const std::vector<InstalledDevice>& installed, std::string_view entry) {
  if (!entry.starts_with("GPU-") && !entry.starts_with("MIG-")) {
    return device_with_index(installed, entry);
  }
  const auto found = devices_beginning_with(installed, entry);
  if (found.size() != 1) return std::nullopt;
  if (found.front().slice) return found.front();
  return whole_or_first_slice(installed, found.front().installed);
}

CLAMS_INLINE VisibleDevices all_devices(const std::vector<InstalledDevice>& installed) {
  VisibleDevices all;
  for (std::size_t place = 0; place < installed.size(); ++place) {
    if (const auto device = whole_or_first_slice(installed, place)) all.devices.push_back(*device);
  }
  return all;
}

CLAMS_INLINE VisibleDevices listed_devices(const std::vector<InstalledDevice>& installed,
                                           const std::string& list) {
  VisibleDevices listed;
  for (const std::string_view entry : comma_separated(list)) {
    if (entry == "-1") break;
    const auto device = device_named(installed, entry);
    if (!device) {
      listed.remark = "CUDA_VISIBLE_DEVICES=" + list + ": \"" + std::string{entry} +
                      "\" names no device, or more than one; the list ends before it";
      break;
    }
    if (std::ranges::find(listed.devices, *device) != listed.devices.end()) {
      return {{},
              "CUDA_VISIBLE_DEVICES=" + list + ": \"" + std::string{entry} +
                  "\" names a device a second time; no device is visible"};
    }
    listed.devices.push_back(*device);
  }
  return listed;
}

CLAMS_INLINE void keep_one_slice(VisibleDevices& visible) {
  const auto slice = std::ranges::find_if(
      visible.devices, [](const VisibleDevice& device) { return device.slice.has_value(); });
  if (slice == visible.devices.end() || visible.devices.size() == 1) return;
  visible.devices = std::vector<VisibleDevice>{*slice};
  if (visible.remark.empty()) {
    visible.remark = "a process sees one MIG device at most: the first chosen one is used";
  }
}

}  // namespace detail

CLAMS_INLINE VisibleDevices visible_devices(const std::vector<InstalledDevice>& installed,
                                            const std::optional<std::string>& chosen) {
  auto visible =
      chosen ? detail::listed_devices(installed, *chosen) : detail::all_devices(installed);
  detail::keep_one_slice(visible);
  return visible;
}

}  // namespace clams
