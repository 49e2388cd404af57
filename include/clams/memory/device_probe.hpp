// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clams {

/// A GPU, or a MIG slice of one, that this process may use.
///
/// Ownership: a value.
/// Threads: immutable once made.
/// Errors: none.
struct Device {
  std::string uuid;         ///< `GPU-...` or `MIG-...`: the same on the whole host, always
  std::string name;         ///< `NVIDIA H100`, as the driver calls it
  std::string driver = {};  ///< version of the driver; empty if it cannot be told
  int index = 0;            ///< as CUDA counts in this process, after CUDA_VISIBLE_DEVICES
  Bytes total;              ///< what may be used of it at most: a set limit may be below the card's
  bool shares_host_memory = false;  ///< unified memory: what is free is the host's memory, too
};

/// What a device has at one moment, all processes of the host taken together.
struct DeviceMemory {
  Bytes total;
  Bytes free;

  /// What somebody uses, the driver included.
  [[nodiscard]] Bytes busy() const { return total - free; }
};

/// The answer to a question about a device's memory: figures, or why there are none. "Cannot tell"
/// is neither "nothing is free" nor "all is free"; whoever asks has to decide.
///
/// Ownership: a value.
/// Threads: immutable.
/// Errors: none.
class DeviceReading {
 public:
  DeviceReading(DeviceMemory memory)  // NOLINT(google-explicit-constructor): `return memory;`
      : memory_(memory) {}

  [[nodiscard]] static DeviceReading unknown(std::string why) {
    DeviceReading reading{DeviceMemory{}};
    reading.memory_.reset();
    reading.why_unknown_ = std::move(why);
    return reading;
  }

  [[nodiscard]] const std::optional<DeviceMemory>& memory() const noexcept { return memory_; }
  /// For the log and for people; empty if there are figures.
  [[nodiscard]] const std::string& why_unknown() const noexcept { return why_unknown_; }

 private:
  std::optional<DeviceMemory> memory_;
  std::string why_unknown_;
};

/// Says which devices there are and what they have. The truth about a device: it counts the memory
/// of other processes too, which no allocator of this process sees.
///
/// Ownership: an interface; users borrow it, and it must outlive them.
/// Threads: implementations are thread-safe; both hooks may be entered concurrently, and under the
///   ledger's file lock, so they must be quick: `read` answers within 200 ms, or "unknown".
/// Errors: hooks do not throw; a device that cannot be read is an answer.
class DeviceProbe {
 public:
  DeviceProbe() = default;
  DeviceProbe(const DeviceProbe&) = delete;
  DeviceProbe& operator=(const DeviceProbe&) = delete;
  DeviceProbe(DeviceProbe&&) = delete;
  DeviceProbe& operator=(DeviceProbe&&) = delete;
  virtual ~DeviceProbe() = default;

  /// The devices that this process may use, in CUDA's order; the same answer every time.
  [[nodiscard]] virtual const std::vector<Device>& devices() const = 0;

  /// What the device has now. A UUID that is not among `devices()` is unknown.
  [[nodiscard]] virtual DeviceReading read(const std::string& uuid) const = 0;
};

}  // namespace clams
