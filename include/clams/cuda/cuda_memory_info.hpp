// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>

#include <functional>
#include <optional>

namespace clams {

/// What CUDA itself says of a device (cudaMemGetInfo), as the fallback of an NvmlProbe:
///
///     NvmlProbe probe{{.fallback = cuda_memory_info()}};
///
/// Nothing if there is no such device or it does not answer. Asking makes a context on the device
/// if the process has none yet, which takes memory there; hence a fallback only.
///
/// The function may be called from any thread; that thread's current device stays what it was.
[[nodiscard]] std::function<std::optional<DeviceMemory>(int cuda_index)> cuda_memory_info();

}  // namespace clams
