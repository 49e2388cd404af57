// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_limits.hpp>
#include <clams/memory/device_probe.hpp>
#include <clams/memory/simulated_gpus.hpp>
#include <clams/util/environment.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clams {

/// Reads simulated GPUs as a real driver's are read.
///
/// Ownership: shares the GPUs.
/// Threads: thread-safe.
/// Errors: the constructor throws `Error` usage for a limit that cannot be read; nothing else
///   throws.
class SimulatedProbe final : public DeviceProbe {
 public:
  /// @param environment CUDA_VISIBLE_DEVICES, CLAMS_DEVICE_LIMIT and
  ///   CUDA_MPS_PINNED_DEVICE_MEM_LIMIT count here as on real devices.
  explicit SimulatedProbe(std::shared_ptr<SimulatedGpus> gpus,
                          const Environment& environment = Environment{});

  [[nodiscard]] const std::vector<Device>& devices() const override { return devices_; }
  [[nodiscard]] DeviceReading read(const std::string& uuid) const override;

  /// The GPUs, for allocating and for playing tricks on them. They count all GPUs of the host:
  /// their index and `Device::index` differ where CUDA_VISIBLE_DEVICES hides some.
  [[nodiscard]] SimulatedGpus& gpus() const noexcept { return *gpus_; }
  [[nodiscard]] const std::shared_ptr<SimulatedGpus>& shared_gpus() const noexcept { return gpus_; }

 private:
  struct Source {
    std::string uuid;
    int installed;
    std::optional<Bytes> limit;
  };

  std::shared_ptr<SimulatedGpus> gpus_;
  std::vector<Source> sources_;
  std::vector<Device> devices_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/simulated_probe.ipp>
#endif
