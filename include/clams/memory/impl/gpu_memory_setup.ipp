// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/simulated_meter.hpp>
#include <clams/memory/gpu_memory_setup.hpp>
#include <clams/memory/ledger_folder.hpp>
#include <clams/memory/make_device_probe.hpp>
#include <clams/memory/nvml_probe.hpp>
#include <clams/memory/simulated_probe.hpp>
#include <clams/util/config.hpp>

#include <utility>

namespace clams {

namespace detail {

/// What the driver's library had to say, for who wonders where the GPUs are.
CLAMS_INLINE void log_remarks(const DeviceProbe& probe, const LogOptions& options) {
  const auto* const nvml = dynamic_cast<const NvmlProbe*>(&probe);
  if (nvml == nullptr) return;
  const Logger logger{"clams.memory", options};
  for (const std::string& remark : nvml->remarks()) logger.warning(remark);
  if (!nvml->why_unavailable().empty()) logger.debug("no GPUs: " + nvml->why_unavailable());
}

}  // namespace detail

CLAMS_INLINE PeakStoreOptions peak_store_options(const Environment& environment,
                                                 const MemoryOptions& options,
                                                 const LogOptions& log) {
  const auto& folder = options.profile_dir;
  return {.folder = folder.empty() ? profile_folder(environment) : folder,
          .seeds = options.profile_seeds,
          .log = log};
}

CLAMS_INLINE GpuMemoryParts gpu_memory_parts(const Environment& environment,
                                             const MemoryOptions& options, const std::string& owner,
                                             std::unique_ptr<PeakMeter> meter,
                                             const LogOptions& log) {
  return gpu_memory_parts(environment, options, owner, std::move(meter), log,
                          make_device_probe(environment));
}

CLAMS_INLINE GpuMemoryParts gpu_memory_parts(const Environment& environment,
                                             const MemoryOptions& options, const std::string& owner,
                                             std::unique_ptr<PeakMeter> meter,
                                             const LogOptions& log,
                                             std::unique_ptr<DeviceProbe> probe) {
  GpuMemoryParts parts;
  parts.probe = std::move(probe);
  detail::log_remarks(*parts.probe, log);
  parts.meter = std::move(meter);
  if (const auto* simulated = dynamic_cast<const SimulatedProbe*>(parts.probe.get())) {
    parts.meter = std::make_unique<detail::SimulatedMeter>(*simulated);
  }
  parts.store = std::make_unique<PeakStore>(peak_store_options(environment, options, log));
  if (!parts.probe->devices().empty()) {
    parts.ledger_folder =
        options.ledger_dir.empty() ? ledger_folder(environment) : options.ledger_dir;
    prepare_ledger_folder(parts.ledger_folder);
  }
  parts.owner = owner;
  parts.options = options;
  parts.log = log;
  return parts;
}

}  // namespace clams
