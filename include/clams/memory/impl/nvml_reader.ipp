// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/nvml_reader.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <fstream>
#include <limits>
#include <sstream>

namespace clams::detail {

// The device itself is in trouble: CUDA must not be asked, for it may hang or take harm.
inline constexpr std::array kDeviceTrouble{
    nvml::timeout,        nvml::irq_issue,        nvml::gpu_is_lost,
    nvml::reset_required, nvml::operating_system, nvml::gpu_not_found,
};

CLAMS_INLINE DeviceReading checked_memory(const NvmlMemory& raw) {
  constexpr auto kMost = static_cast<unsigned long long>(std::numeric_limits<std::int64_t>::max());
  if (raw.total == 0 || raw.total > kMost || raw.free > raw.total) {
    return DeviceReading::unknown("the driver says that " + std::to_string(raw.free) + " of " +
                                  std::to_string(raw.total) + " bytes are free, which cannot be");
  }
  return DeviceMemory{Bytes{static_cast<std::int64_t>(raw.total)},
                      Bytes{static_cast<std::int64_t>(raw.free)}};
}

CLAMS_INLINE NvmlMemory as_raw(const DeviceMemory& memory) {
  return {static_cast<unsigned long long>(memory.total.count()),
          static_cast<unsigned long long>(memory.free.count())};
}

// The total is remembered by the first good reading.
CLAMS_INLINE DeviceReading with_stable_total(NvmlSource& source, DeviceReading reading) {
  if (!reading.memory()) return reading;
  const std::int64_t total = reading.memory()->total.count();
  std::int64_t seen = 0;
  if (source.seen_total.compare_exchange_strong(seen, total) || seen == total) return reading;
  return DeviceReading::unknown("the driver says that there are " + to_text(Bytes{total}) +
                                " in all, but said " + to_text(Bytes{seen}) + " before");
}

// A line such as `MemAvailable:   16316412 kB`.
CLAMS_INLINE std::optional<unsigned long long> host_figure(const std::string& text,
                                                           const std::string& name) {
  const auto place = text.find(name + ":");
  if (place == std::string::npos) return std::nullopt;
  std::istringstream rest{text.substr(place + name.size() + 1)};
  unsigned long long kibibytes = 0;
  if (!(rest >> kibibytes)) return std::nullopt;
  return kibibytes * 1024;
}

CLAMS_INLINE DeviceReading NvmlReader::read_host() const {
  std::ifstream file{options_.host_memory};
  std::ostringstream text;
  text << file.rdbuf();
  const auto total = host_figure(text.str(), "MemTotal");
  const auto free = host_figure(text.str(), "MemAvailable");
  if (!total || !free) {
    return DeviceReading::unknown("the device shares the host's memory, but " +
                                  options_.host_memory.string() + " does not say how much");
  }
  return checked_memory({*total, *free});
}

CLAMS_INLINE std::optional<DeviceMemory> NvmlReader::ask_fallback(int index) const {
  return options_.fallback ? options_.fallback(index) : std::nullopt;
}

CLAMS_INLINE DeviceReading NvmlReader::read_uncapped(NvmlSource& source) const {
  if (source.device.shares_host_memory) return read_host();
  NvmlMemory raw;
  const auto result = library_->memory(source.handle, raw);
  if (result == nvml::success) return with_stable_total(source, checked_memory(raw));
  if (std::ranges::find(kDeviceTrouble, result) == kDeviceTrouble.end()) {
    if (const auto memory = ask_fallback(source.device.index)) {
      return checked_memory(as_raw(*memory));
    }
  }
  return DeviceReading::unknown(library_->describe(result));
}

CLAMS_INLINE DeviceReading NvmlReader::read(NvmlSource& source) const {
  const DeviceReading reading = read_uncapped(source);
  if (reading.memory()) return DeviceLimits::capped(*reading.memory(), source.cap);
  return DeviceReading::unknown(source.device.uuid + ": " + reading.why_unknown());
}

CLAMS_INLINE void NvmlReader::add_installed(unsigned index, Found& found) const {
  nvml::DeviceHandle handle = nullptr;
  InstalledDevice device;
  auto result = library_->device(index, handle);
  if (result == nvml::success) result = library_->uuid(handle, device.uuid);
  if (result != nvml::success) {  // as in a container that was given only some of the devices
    found.remarks.push_back("device " + std::to_string(index) +
                            " is left out: " + library_->describe(result));
    return;
  }
  std::vector<nvml::DeviceHandle> slices;
  if (library_->is_cut(handle)) {
    device.mig = MigMode::on;
    for (const auto slice : library_->slices(handle)) {
      std::string uuid;
      if (library_->uuid(slice, uuid) != nvml::success) continue;  // just destroyed
      device.slices.push_back(uuid);
      slices.push_back(slice);
    }
  }
  found.devices.push_back(std::move(device));
  found.handles.push_back(handle);
  found.slices.push_back(std::move(slices));
}

CLAMS_INLINE NvmlReader::Found NvmlReader::find_installed(unsigned count) const {
  Found found;
  for (unsigned index = 0; index < count; ++index) add_installed(index, found);
  return found;
}

// The first reading tells how large the device is, and whether it has memory of its own.
CLAMS_INLINE void NvmlReader::measure(NvmlSource& source) const {
  NvmlMemory raw;
  source.device.shares_host_memory = library_->memory(source.handle, raw) == nvml::not_supported;
  if (const auto memory = ask_fallback(source.device.index); memory && memory->total > Bytes{0}) {
    source.cap = std::min(source.cap.value_or(memory->total), memory->total);
  }
  const DeviceReading first = read(source);
  source.device.total = first.memory() ? first.memory()->total : source.cap.value_or(Bytes{0});
}

CLAMS_INLINE std::shared_ptr<NvmlSource> NvmlReader::open(const Found& found, VisibleDevice visible,
                                                          int index,
                                                          const DeviceLimits& limits) const {
  const auto& [place, slice] = visible;
  auto source = std::make_shared<NvmlSource>();
  const InstalledDevice& installed = found.devices[place];
  source->handle = slice ? found.slices[place][*slice] : found.handles[place];
  source->device.uuid = slice ? installed.slices[*slice] : installed.uuid;
  source->device.index = index;
  source->device.driver = library_->driver_version();
  if (library_->name(source->handle, source->device.name) != nvml::success &&
      library_->name(found.handles[place], source->device.name) != nvml::success) {
    source->device.name = "unnamed NVIDIA device";
  }
  source->cap = limits.of(index, source->device.uuid);
  measure(*source);
  return source;
}

CLAMS_INLINE NvmlInventory NvmlReader::take_inventory(const std::optional<std::string>& chosen,
                                                      const DeviceLimits& limits) const {
  NvmlInventory inventory;
  auto result = library_->init();
  unsigned count = 0;
  if (result == nvml::success) result = library_->count(count);
  if (result != nvml::success) {
    inventory.why_unavailable = "NVML cannot be used: " + library_->describe(result);
    return inventory;
  }
  Found found = find_installed(count);
  const VisibleDevices visible = visible_devices(found.devices, chosen);
  for (const VisibleDevice& device : visible.devices) {
    const int index = static_cast<int>(inventory.sources.size());
    inventory.sources.push_back(open(found, device, index, limits));
  }
  inventory.remarks = std::move(found.remarks);
  if (!visible.remark.empty()) inventory.remarks.push_back(visible.remark);
  if (inventory.sources.empty()) {
    inventory.why_unavailable =
        found.devices.empty() ? "the driver lists no device that can be used"
                              : "none of the " + std::to_string(found.devices.size()) +
                                    " devices is visible to this process (CUDA_VISIBLE_DEVICES" +
                                    (chosen ? "=" + *chosen : std::string{" is not set"}) + ")";
  }
  return inventory;
}

}  // namespace clams::detail
