// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/memory/nvml_probe_options.hpp>
#include <clams/util/environment.hpp>

#include <memory>
#include <string>
#include <vector>

namespace clams {

/// Reads NVIDIA's devices through the driver's management library, which is loaded at run time:
/// nothing of NVIDIA's is needed to build, and without it there are no devices.
///
/// Which devices: those that CUDA shows to this process (`visible_devices`), MIG slices included.
/// How much: the least of what NVML says, what CUDA says, and the limit that is set
/// (`DeviceLimits`). A device that shares the host's memory has what the host has.
///
/// A reading is unknown, with the reason, if the library reports an error (a lost GPU), does not
/// answer within the budget, or says what cannot be: nothing at all, more free than there is, or
/// another total than before. Nothing is read about processes: drivers in containers see other
/// process ids than we do.
///
/// Ownership: owns the loaded library and a thread that calls it, which makes it safe to leave a
///   call that hangs behind. Borrows nothing.
/// Threads: thread-safe.
/// Errors: the constructor throws `Error` usage for a limit that cannot be read; nothing else
///   throws.
class NvmlProbe final : public DeviceProbe {
 public:
  /// Finds the devices. Reads CUDA_VISIBLE_DEVICES, CLAMS_DEVICE_LIMIT and
  /// CUDA_MPS_PINNED_DEVICE_MEM_LIMIT from `environment`.
  explicit NvmlProbe(const Environment& environment, const NvmlProbeOptions& options = {});
  NvmlProbe(const NvmlProbe&) = delete;
  NvmlProbe& operator=(const NvmlProbe&) = delete;
  NvmlProbe(NvmlProbe&&) = delete;
  NvmlProbe& operator=(NvmlProbe&&) = delete;
  ~NvmlProbe() override;

  /// A device that could not be read when the probe was made has a total of zero here, or the limit
  /// that is set.
  [[nodiscard]] const std::vector<Device>& devices() const override;
  [[nodiscard]] DeviceReading read(const std::string& uuid) const override;

  /// Why there are no devices; empty if there are some.
  [[nodiscard]] const std::string& why_unavailable() const noexcept;

  /// What people should know: devices left out, an odd CUDA_VISIBLE_DEVICES.
  [[nodiscard]] const std::vector<std::string>& remarks() const noexcept;

 private:
  struct Impl;

  std::unique_ptr<Impl> impl_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/nvml_probe.ipp>
#endif
