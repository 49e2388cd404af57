// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/find_simulated_gpus.hpp>
#include <clams/memory/make_device_probe.hpp>
#include <clams/memory/nvml_probe.hpp>
#include <clams/memory/simulated_probe.hpp>
#include <clams/util/config.hpp>

#include <utility>

namespace clams {

CLAMS_INLINE std::unique_ptr<DeviceProbe> make_device_probe(const Environment& environment,
                                                            const DeviceProbeOptions& options) {
  auto simulated = find_simulated_gpus(environment, *options.clock);
  if (simulated) return std::make_unique<SimulatedProbe>(std::move(simulated), environment);
  return std::make_unique<NvmlProbe>(environment, options.nvml);
}

}  // namespace clams
