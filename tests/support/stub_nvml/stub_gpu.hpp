// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/device_cells.hpp"
#include "support/shared_file.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

// A fake driver's state in a file that all processes map, so that they see the same GPUs. The stub
// of NVIDIA's library answers from the file that CLAMS_STUB_NVML names; tests and their child
// processes change it. A file of zeros is a driver without devices that works.

namespace clams::testing {

inline constexpr std::uint64_t kGiB = 1U << 30U;

template <std::size_t Size>
void set_text(std::array<char, Size>& to, std::string_view text) {
  const std::size_t length = std::min(text.size(), Size - 1);
  std::memcpy(to.data(), text.data(), length);
  to[length] = '\0';
}

/// A device, or a slice of one. The results are NVML's codes; zero is success.
struct StubDevice {
  std::atomic<std::uint64_t> total;
  std::atomic<std::uint64_t> used;        ///< by processes that have no cell
  std::atomic<std::uint64_t> reserved;    ///< by the driver
  std::atomic<std::uint64_t> false_free;  ///< if not zero, said to be free whatever is
  std::array<char, 96> uuid;
  std::array<char, 64> name;
  std::atomic<int> parent;  ///< for a slice: the place of its device, plus one
  std::atomic<int> is_cut;
  std::atomic<int> handle_result;
  std::atomic<int> uuid_result;
  std::atomic<int> name_result;
  std::atomic<int> memory_result;
  std::atomic<int> memory_v2_result;
  std::atomic<int> hangs;  ///< while not zero, questions about memory are not answered
  std::atomic<std::uint64_t> memory_calls;
  DeviceCells<32> cells;  ///< of processes whose memory has to be told apart

  /// By all processes.
  [[nodiscard]] std::uint64_t taken() const { return used + (cells.used() << 20U); }

  /// As a process would; false if there is no room.
  bool allocate(std::uint64_t bytes) {
    std::uint64_t now = used.load();
    do {
      if (now + bytes + reserved.load() > total.load()) return false;
    } while (!used.compare_exchange_weak(now, now + bytes));
    return true;
  }
  void free(std::uint64_t bytes) { used -= bytes; }
  /// All questions about memory fail from now on; 0: they do not.
  void fail_memory(int result) {
    memory_result = result;
    memory_v2_result = result;
  }
};

struct StubDriver {
  std::atomic<int> init_result;
  std::atomic<int> init_hangs;  ///< while not zero, initialising does not end
  std::atomic<int> count_result;
  std::atomic<int> version_result;
  std::array<char, 32> version;
  std::atomic<int> inits;  ///< begun, less those that failed
  std::atomic<int> shutdowns;
  std::atomic<int> device_count;  ///< slices, too
  std::array<StubDevice, 32> devices;

  StubDevice& add_device(std::string_view uuid, std::uint64_t total) {
    StubDevice& device = devices.at(static_cast<std::size_t>(device_count++));
    set_text(device.uuid, uuid);
    set_text(device.name, "Stub GPU");
    device.total = total;
    return device;
  }
  StubDevice& add_slice(StubDevice& parent, std::string_view uuid, std::uint64_t total) {
    parent.is_cut = 1;
    StubDevice& slice = add_device(uuid, total);
    set_text(slice.name, "Stub GPU slice");
    slice.parent = static_cast<int>(&parent - devices.data()) + 1;
    return slice;
  }
};

/// A new fake driver that probes of this process, and of its children, see until the scope is left.
///
/// Ownership: owns the mapping; the file lies in a folder that the test removes.
/// Threads: made and destroyed while the test has no other thread.
/// Errors: throws std::runtime_error.
class StubHost {
 public:
  explicit StubHost(const std::string& path) : file_(path) {
    set_text(driver().version, "999.1");
    ::setenv("CLAMS_STUB_NVML", path.c_str(), 1);
  }
  StubHost(const StubHost&) = delete;
  StubHost& operator=(const StubHost&) = delete;
  StubHost(StubHost&&) = delete;
  StubHost& operator=(StubHost&&) = delete;
  ~StubHost() { ::unsetenv("CLAMS_STUB_NVML"); }

  [[nodiscard]] StubDriver& driver() const { return *file_; }

  /// Waits until whoever started the library has shut it down, so that the next host is seen. For
  /// tests whose processes all live on.
  void wait_until_unused() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (driver().inits != driver().shutdowns && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
  }

 private:
  SharedFile<StubDriver> file_;
};

}  // namespace clams::testing
