// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/simulated_meter.hpp>
#include <clams/util/config.hpp>

#include <algorithm>

namespace clams::detail {

CLAMS_INLINE SimulatedMeter::SimulatedMeter(const SimulatedProbe& probe)
    : TrackingMeter({.name = "simulated GPUs"}), gpus_(probe.shared_gpus()) {
  for (const Device& device : probe.devices()) installed_.push_back(gpus_->index_of(device.uuid));
  gpus_->set_observer(this);
}

CLAMS_INLINE SimulatedMeter::~SimulatedMeter() { gpus_->set_observer(nullptr); }

CLAMS_INLINE std::optional<int> SimulatedMeter::visible(int installed) const noexcept {
  const auto found = std::find(installed_.begin(), installed_.end(), installed);
  if (found == installed_.end()) return std::nullopt;
  return static_cast<int>(found - installed_.begin());
}

CLAMS_INLINE void SimulatedMeter::on_allocated(int device, std::uintptr_t address,
                                               Bytes size) noexcept {
  if (const auto index = visible(device)) TrackingMeter::on_allocated(*index, address, size);
}

CLAMS_INLINE void SimulatedMeter::on_freed(int device, std::uintptr_t address,
                                           Bytes size) noexcept {
  if (const auto index = visible(device)) TrackingMeter::on_freed(*index, address, size);
}

CLAMS_INLINE void SimulatedMeter::on_out_of_memory(int device, Bytes asked) noexcept {
  if (const auto index = visible(device)) TrackingMeter::on_out_of_memory(*index, asked);
}

}  // namespace clams::detail
