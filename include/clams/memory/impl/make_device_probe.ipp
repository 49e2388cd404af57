// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/make_device_probe.hpp>
#include <clams/memory/nvml_probe.hpp>
#include <clams/memory/simulated_probe.hpp>
#include <clams/util/config.hpp>

#include <string>
#include <utility>

namespace clams {

CLAMS_INLINE std::unique_ptr<DeviceProbe> make_device_probe(const Environment& environment,
                                                            const DeviceProbeOptions& options) {
  const std::string simulated = environment.get_or("CLAMS_SIMULATED_GPUS", "");
  if (simulated.empty()) return std::make_unique<NvmlProbe>(environment, options.nvml);
  auto gpus = std::make_shared<SimulatedGpus>(parse_simulated_gpus(simulated), *options.clock);
  return std::make_unique<SimulatedProbe>(std::move(gpus), environment);
}

}  // namespace clams
