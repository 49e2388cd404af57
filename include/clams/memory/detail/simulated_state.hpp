// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/simulated_device.hpp>
#include <clams/memory/detail/simulated_table.hpp>
#include <clams/memory/detail/slot_file.hpp>
#include <clams/memory/simulated_gpus.hpp>
#include <clams/util/clock.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace clams::detail {

/// The state file of simulated GPUs, as one process uses it. The process has a seat there from its
/// first allocation on, whose lock the kernel gives up when the process dies, however it dies.
///
/// Ownership: owns the file's mapping and the seat; borrows the clock.
/// Threads: confined between `begin` and `end`; the pulse is its own thread.
/// Errors: throws Error usage for a file that is not right for these GPUs, io naming the call and
///   the path, unavailable if the file is locked for long, was removed or cut off.
class SimulatedState {
 public:
  SimulatedState(const SimulatedStateOptions& options, const Clock& clock);
  SimulatedState(const SimulatedState&) = delete;
  SimulatedState& operator=(const SimulatedState&) = delete;
  SimulatedState(SimulatedState&&) = delete;
  SimulatedState& operator=(SimulatedState&&) = delete;
  ~SimulatedState();

  /// As the file has them.
  [[nodiscard]] std::vector<SimulatedGpuOptions> gpus() const;
  [[nodiscard]] std::uint64_t id() const noexcept { return seal_.id; }

  /// Takes the file's lock and checks that the file is still the same.
  void begin();
  void end() noexcept;

  /// What the file knows of a GPU, laid into this process's books.
  void load(std::size_t gpu, SimulatedDevice& books) const noexcept;
  /// What this process's books say now, written into the file.
  void store(std::size_t gpu, const SimulatedDevice& books) noexcept;
  /// Makes sure that the process can write down what it takes.
  void take_seat();

  /// Everything that can be forgotten is; other GPUs than before only while nobody has memory.
  static void reset(const SimulatedStateOptions& options, const Clock& clock);

 private:
  struct OpenOnly {};
  SimulatedState(const SimulatedStateOptions& options, const Clock& clock, OpenOnly how);

  [[nodiscard]] SimulatedImage& image() const noexcept {
    return *static_cast<SimulatedImage*>(file_.content());
  }
  [[nodiscard]] SimulatedTable table() const noexcept { return {image(), file_}; }
  [[nodiscard]] std::int64_t now_ms() const noexcept;
  void lock();
  /// @return whether the file holds GPUs already.
  [[nodiscard]] bool recognise();
  void adopt(const std::vector<SimulatedGpuOptions>& wanted);
  void start(const std::vector<SimulatedGpuOptions>& gpus);
  void check_unchanged() const;
  void pulse(const std::stop_token& stop);
  [[noreturn]] void refuse(const std::string& problem) const;

  const Clock& clock_;
  SlotFile file_;
  SimulatedSeal seal_;
  std::optional<std::size_t> seat_;
  OwnedDescriptor seat_lock_;
  std::mutex pulse_mutex_;  // for the wait between two pulses
  std::condition_variable_any pulse_now_;
  std::jthread pulse_;  // last: it uses all of the above
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/simulated_state.ipp>
#endif
