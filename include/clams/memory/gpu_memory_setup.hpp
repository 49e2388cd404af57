// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/memory/gpu_memory.hpp>
#include <clams/memory/memory_options.hpp>
#include <clams/memory/peak_meter.hpp>
#include <clams/memory/peak_store.hpp>
#include <clams/util/environment.hpp>
#include <clams/util/log.hpp>

#include <memory>
#include <string>

namespace clams {

/// Where this process remembers peaks: the folder that the options name, else the usual one.
[[nodiscard]] PeakStoreOptions peak_store_options(const Environment& environment,
                                                  const MemoryOptions& options,
                                                  const LogOptions& log);

/// The parts of a process's GPU memory as its surroundings want them: simulated GPUs if
/// CLAMS_SIMULATED_GPUS is set, else the machine's; ledgers and remembered peaks in the folders
/// that the options name, else in the usual ones.
/// @param owner the app's identifier.
/// @param meter what measures the app's memory; none: nothing does, unless GPUs are simulated.
/// @throws Error usage for a variable that cannot be read, io for a folder that cannot be used.
[[nodiscard]] GpuMemoryParts gpu_memory_parts(const Environment& environment,
                                              const MemoryOptions& options,
                                              const std::string& owner,
                                              std::unique_ptr<PeakMeter> meter,
                                              const LogOptions& log);

/// The same with GPUs as `probe` sees them.
[[nodiscard]] GpuMemoryParts gpu_memory_parts(
    const Environment& environment, const MemoryOptions& options, const std::string& owner,
    std::unique_ptr<PeakMeter> meter, const LogOptions& log, std::unique_ptr<DeviceProbe> probe);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/gpu_memory_setup.ipp>
#endif
