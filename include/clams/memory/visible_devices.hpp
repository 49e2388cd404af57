// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace clams {

/// Whether a GPU is cut into slices (multi-instance GPU). If it is, only its slices can be used.
enum class MigMode { off, on };

/// A GPU of this host, as the driver lists it.
struct InstalledDevice {
  std::string uuid;  ///< `GPU-...`
  MigMode mig = MigMode::off;
  std::vector<std::string> slices = {};  ///< `MIG-...`, in the driver's order
};

/// A GPU that a process may use: its place among the installed ones and, if it is cut, the place of
/// the slice.
struct VisibleDevice {
  std::size_t installed = 0;
  std::optional<std::size_t> slice = {};

  friend bool operator==(const VisibleDevice&, const VisibleDevice&) = default;
};

/// What CUDA shows to a process, in the order in which it numbers the devices from zero.
struct VisibleDevices {
  std::vector<VisibleDevice> devices;
  std::string remark = {};  ///< what people should know, such as an entry that names no device
};

/// Reads `chosen`, the value of CUDA_VISIBLE_DEVICES, as CUDA does:
/// - not set: every device; empty or `-1`: none;
/// - an entry is an index among `installed`, or a UUID or its beginning (`GPU-8932f937`, `MIG-...`)
///   as long as only one device begins with it;
/// - the list ends before the first entry that names no device;
/// - a device named twice makes the whole list invalid: no device is left;
/// - a cut GPU stands for its first slice, and if any slice is chosen, then the first chosen one is
///   the only device: a process sees one slice at most, and no whole GPU beside it.
///
/// Indices are in the driver's order, which is that of the PCI bus. CUDA itself counts so only when
/// CUDA_DEVICE_ORDER=PCI_BUS_ID is set; by default it puts the fastest card first, so on a host
/// with different cards set that variable, or choose by UUID.
[[nodiscard]] VisibleDevices visible_devices(const std::vector<InstalledDevice>& installed,
                                             const std::optional<std::string>& chosen);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/visible_devices.ipp>
#endif
