// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cuda/cuda_memory_info.hpp>
#include <clams/util/config.hpp>
#include <clams/util/scope_exit.hpp>

#include <cstdint>
#include <cuda_runtime_api.h>

namespace clams {

namespace detail {

CLAMS_INLINE std::optional<DeviceMemory> read_cuda_memory(int device) {
  int before = 0;
  if (cudaGetDevice(&before) != cudaSuccess || cudaSetDevice(device) != cudaSuccess) {
    cudaGetLastError();  // it is answered here, and must not surprise a later call
    return std::nullopt;
  }
  const ScopeExit back{[before] { cudaSetDevice(before); }};
  std::size_t free = 0;
  std::size_t total = 0;
  if (cudaMemGetInfo(&free, &total) != cudaSuccess) {
    cudaGetLastError();
    return std::nullopt;
  }
  return DeviceMemory{.total = Bytes{static_cast<std::int64_t>(total)},
                      .free = Bytes{static_cast<std::int64_t>(free)}};
}

}  // namespace detail

CLAMS_INLINE std::function<std::optional<DeviceMemory>(int)> cuda_memory_info() {
  return &detail::read_cuda_memory;
}

}  // namespace clams
