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

/// Whether `named` means the device: an index as CUDA counts in this process, or a UUID or its
/// beginning.
[[nodiscard]] bool names_device(std::string_view named, int index, std::string_view uuid);

/// An amount for single devices: how much of each this process may use at most, say, when somebody
/// set it lower than the card's memory. Written as `0=8G,GPU-8932=10G`: an index as CUDA counts in
/// this process, or a UUID or its beginning, and an amount; the units `K M G T` mean powers of
/// 1024, and those of `parse_bytes` are fine too.
///
/// Ownership: a value.
/// Threads: immutable.
/// Errors: see the constructor.
class DeviceLimits {
 public:
  /// No limit.
  DeviceLimits() = default;
  /// Those of CLAMS_DEVICE_LIMIT, and of CUDA's own CUDA_MPS_PINNED_DEVICE_MEM_LIMIT.
  /// @throws Error usage if one of the variables cannot be read.
  explicit DeviceLimits(const Environment& environment);
  /// Reads a list as above, in which an amount alone is for every device.
  /// @param source names it in messages.
  /// @throws Error usage if it cannot be read.
  DeviceLimits(const std::string& source, std::string_view text);

  /// The lowest limit that is set for the device.
  [[nodiscard]] std::optional<Bytes> of(int index, std::string_view uuid) const;

  /// The devices that are named, as they are written.
  [[nodiscard]] std::vector<std::string> named() const;

  /// What of `memory` may be used under a limit; the same figures if there is none. What is free is
  /// lowered only as far as it exceeds the limit: what others use does not count against it.
  [[nodiscard]] static DeviceMemory capped(DeviceMemory memory, std::optional<Bytes> limit);

 private:
  struct Limit {
    std::string device;  // index or beginning of the UUID; empty: every device
    Bytes amount;
  };
  enum class Bare { refused, means_every_device };
  void add(const std::string& source, std::string_view value, Bare bare);

  std::vector<Limit> limits_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/device_limits.ipp>
#endif
