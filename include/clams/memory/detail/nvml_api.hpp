// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

/// The few facts of NVML's C interface that we use, so that nothing of NVIDIA's is needed to build.
/// Names follow NVML's own where there is one.
namespace clams::detail::nvml {

/// What every function returns. Only those that we tell apart; any other number is an error too.
enum Result : int {
  success = 0,
  uninitialized = 1,
  invalid_argument = 2,
  not_supported = 3,
  no_permission = 4,
  not_found = 6,
  insufficient_size = 7,
  driver_not_loaded = 9,
  timeout = 10,
  irq_issue = 11,
  library_not_found = 12,
  function_not_found = 13,
  corrupted_inforom = 14,
  gpu_is_lost = 15,
  reset_required = 16,
  operating_system = 17,
  lib_rm_version_mismatch = 18,
  argument_version_mismatch = 25,
  gpu_not_found = 28,
  unknown = 999
};

using DeviceHandle = void*;

/// nvmlMemory_t. `used` holds what the driver keeps for itself.
struct Memory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

/// nvmlMemory_v2_t: what the driver keeps for itself is told apart.
struct MemoryV2 {
  unsigned int version;
  unsigned long long total;
  unsigned long long reserved;
  unsigned long long free;
  unsigned long long used;
};

inline constexpr unsigned int kMemoryV2Version = sizeof(MemoryV2) | (2U << 24U);
static_assert(sizeof(MemoryV2) == 40);
static_assert(sizeof(Memory) == 24);

inline constexpr unsigned int kMigEnabled = 1;

/// Large enough for each of the library's texts (UUIDs, names, versions).
using TextBuffer = std::array<char, 128>;

}  // namespace clams::detail::nvml
