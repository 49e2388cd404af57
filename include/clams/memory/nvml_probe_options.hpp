// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>

namespace clams {

/// Where `NvmlProbe` looks, and how patient it is.
struct NvmlProbeOptions {
  std::filesystem::path library = "libnvidia-ml.so.1";
  std::filesystem::path host_memory = "/proc/meminfo";  ///< for unified memory
  std::chrono::milliseconds read_budget{200};
  std::chrono::milliseconds startup_budget{5000};  ///< drivers that were idle start slowly

  /// What CUDA itself says (cudaMemGetInfo) of a device, by its index in this process, or nothing.
  /// Asked once for each device when the probe is made (if less can be used than NVML says, that
  /// counts), and when NVML cannot tell. Called on the probe's own thread, one call at a time.
  std::function<std::optional<DeviceMemory>(int cuda_index)> fallback = {};
};

}  // namespace clams
