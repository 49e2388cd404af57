// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/simulated_probe.hpp>
#include <clams/memory/visible_devices.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <utility>

namespace clams {

CLAMS_INLINE SimulatedProbe::SimulatedProbe(std::shared_ptr<SimulatedGpus> gpus,
                                            const Environment& environment)
    : gpus_(std::move(gpus)) {
  const DeviceLimits limits{environment};
  const std::vector<Device> all = gpus_->installed();
  std::vector<InstalledDevice> installed;
  installed.reserve(all.size());
  for (const Device& device : all) installed.push_back({.uuid = device.uuid});
  const auto visible = visible_devices(installed, environment.get("CUDA_VISIBLE_DEVICES"));
  for (const VisibleDevice& chosen : visible.devices) {
    Device device = all[chosen.installed];
    device.index = static_cast<int>(devices_.size());
    const auto limit = limits.of(device.index, device.uuid);
    device.total = std::min(device.total, limit.value_or(device.total));
    sources_.push_back({device.uuid, static_cast<int>(chosen.installed), limit});
    devices_.push_back(std::move(device));
  }
}

CLAMS_INLINE DeviceReading SimulatedProbe::read(const std::string& uuid) const {
  const auto source = std::ranges::find(sources_, uuid, &Source::uuid);
  if (source == sources_.end()) {
    return DeviceReading::unknown("no device " + uuid + " is visible to this process");
  }
  const DeviceReading reading = gpus_->read(source->installed);
  if (reading.memory()) return DeviceLimits::capped(*reading.memory(), source->limit);
  return DeviceReading::unknown(uuid + ": " + reading.why_unknown());
}

}  // namespace clams
