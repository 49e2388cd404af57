// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/environment.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// How much of each device this process may use at most, when somebody set it lower than the card's
/// memory: CLAMS_DEVICE_LIMIT, or CUDA's own CUDA_MPS_PINNED_DEVICE_MEM_LIMIT. Both read
/// `0=8G,1=10G`: an index as CUDA counts in this process, or a UUID or its beginning, and an
/// amount; the units `K M G T` mean powers of 1024, and those of `parse_bytes` are fine too.
///
/// Ownership: a value.
/// Threads: immutable.
/// Errors: see the constructor.
class DeviceLimits {
 public:
  /// No limit.
  DeviceLimits() = default;
  /// @throws Error usage if one of the variables cannot be read.
  explicit DeviceLimits(const Environment& environment);

  /// The lowest limit that is set for the device.
  [[nodiscard]] std::optional<Bytes> of(int index, std::string_view uuid) const;

  /// What of `memory` may be used under a limit; the same figures if there is none. What is free is
  /// lowered only as far as it exceeds the limit: what others use does not count against it.
  [[nodiscard]] static DeviceMemory capped(DeviceMemory memory, std::optional<Bytes> limit);

 private:
  struct Limit {
    std::string device;  // index or beginning of the UUID
    Bytes amount;
  };
  void add(const std::string& variable, std::string_view value);

  std::vector<Limit> limits_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/device_limits.ipp>
#endif
