// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/nvml_library.hpp>
#include <clams/memory/device_limits.hpp>
#include <clams/memory/device_probe.hpp>
#include <clams/memory/nvml_probe_options.hpp>
#include <clams/memory/visible_devices.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clams::detail {

/// Where a device's figures come from.
struct NvmlSource {
  nvml::DeviceHandle handle = nullptr;
  Device device = {};
  std::optional<Bytes> cap = {};             ///< a limit, or what CUDA says can be used
  std::atomic<std::int64_t> seen_total = 0;  ///< NVML's, once it was read: it never changes
};

/// What there is, found out once.
struct NvmlInventory {
  std::vector<std::shared_ptr<NvmlSource>> sources;
  std::vector<std::string> remarks;
  std::string why_unavailable;
};

/// Asks NVML, and checks what it says. Runs where it may hang.
///
/// Ownership: shares the library; owns a copy of the options.
/// Threads: thread-safe.
/// Errors: what cannot be read is an answer; nothing but lack of host memory is thrown.
class NvmlReader {
 public:
  NvmlReader(std::shared_ptr<NvmlLibrary> library, NvmlProbeOptions options)
      : library_(std::move(library)), options_(std::move(options)) {}

  [[nodiscard]] NvmlInventory take_inventory(const std::optional<std::string>& chosen,
                                             const DeviceLimits& limits) const;
  [[nodiscard]] DeviceReading read(NvmlSource& source) const;

 private:
  struct Found {
    std::vector<InstalledDevice> devices;
    std::vector<nvml::DeviceHandle> handles;
    std::vector<std::vector<nvml::DeviceHandle>> slices;
    std::vector<std::string> remarks;
  };

  [[nodiscard]] Found find_installed(unsigned count) const;
  void add_installed(unsigned index, Found& found) const;
  [[nodiscard]] std::shared_ptr<NvmlSource> open(const Found& found, VisibleDevice visible,
                                                 int index, const DeviceLimits& limits) const;
  void measure(NvmlSource& source) const;
  [[nodiscard]] DeviceReading read_uncapped(NvmlSource& source) const;
  [[nodiscard]] std::optional<DeviceMemory> ask_fallback(int index) const;
  [[nodiscard]] DeviceReading read_host() const;

  std::shared_ptr<NvmlLibrary> library_;
  NvmlProbeOptions options_;
};

}  // namespace clams::detail
