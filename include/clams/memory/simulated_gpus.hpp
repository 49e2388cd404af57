// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/allocation_observer.hpp>
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/device_probe.hpp>
#include <clams/memory/simulated_gpu_options.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/clock.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clams {

namespace detail {
class LedgerSystem;
}

/// Which allocation of `SimulatedGpus`; never used again for another one.
enum class SimulatedAddress : std::uintptr_t {};

/// Simulated GPUs that several processes share: what each has taken stands in a file.
struct SimulatedStateOptions {
  std::filesystem::path file;  ///< made if it is not there
  /// Those of the file have to be the same; empty: whatever the file has.
  std::vector<SimulatedGpuOptions> gpus = {};
  detail::LedgerSystem* system = nullptr;  ///< borrowed; nullptr: the operating system
};

/// What happened on a simulated GPU.
struct SimulatedUsage {
  Bytes used;
  Bytes high_water;                     ///< the most that was ever used
  std::int64_t failed_allocations = 0;  ///< there was no room, or they were meant to fail
};

/// A host's GPUs that exist only in the mind, for trying out and testing what an app does when
/// memory is short: they run out of memory, are shared with others, lose devices, and are slow to
/// give back what a dead process held.
///
///     SimulatedGpus gpus{parse_simulated_gpus("24GiB:lag=50ms")};
///     const auto weights = gpus.allocate(0, 3_GiB);
///     gpus.take_foreign(0, 20_GiB);            // somebody else comes
///     gpus.allocate(0, 2_GiB);                 // throws DeviceOutOfMemory
///
/// With a state file the processes that name it share the GPUs' memory. What a process has taken is
/// freed by its death, however it dies, after the lag; what "happens" to the GPUs (failures, loss,
/// pieces) happens in this process only, and what somebody else takes here counts as this
/// process's.
///
/// Ownership: owns all state; borrows the clock and the observer. What is allocated stays so until
///   it is freed or its owner is killed.
/// Threads: thread-safe.
/// Errors: each function that takes a device throws Error not_found if there is none of that index;
///   further errors stand at the functions.
class SimulatedGpus {
 public:
  explicit SimulatedGpus(const std::vector<SimulatedGpuOptions>& gpus,
                         const Clock& clock = real_clock());
  /// Shares the GPUs of a state file.
  /// @throws Error usage if the file is something else or has other GPUs, io if it cannot be used.
  explicit SimulatedGpus(const SimulatedStateOptions& state, const Clock& clock = real_clock());
  SimulatedGpus(const SimulatedGpus&) = delete;
  SimulatedGpus& operator=(const SimulatedGpus&) = delete;
  SimulatedGpus(SimulatedGpus&&) = delete;
  SimulatedGpus& operator=(SimulatedGpus&&) = delete;
  ~SimulatedGpus();

  /// The GPUs as a driver would list them, none hidden. A UUID says only the place of its GPU, so
  /// it is the same in every process, if they are this process's own; those of a state file are
  /// told from those of other files.
  [[nodiscard]] std::vector<Device> installed() const;

  /// The place of a device among them. @throws Error not_found
  [[nodiscard]] int index_of(const std::string& uuid) const;

  /// What happened so far, on a shared device in all processes.
  /// @throws Error unavailable if the state file is no more what it was.
  [[nodiscard]] SimulatedUsage usage(int device) const;

  // What an app does.

  /// Takes memory, in the name of a process (any number; those that are never killed need none).
  /// @throws DeviceOutOfMemory if there is no room, or no piece that is large enough.
  /// @throws Error unavailable if the device is lost.
  /// @throws Error invalid_input if `bytes` is negative.
  SimulatedAddress allocate(int device, Bytes bytes, int owner = 0);

  /// Gives memory back, at once.
  /// @throws Error not_found if it is not allocated (any more).
  void free(SimulatedAddress address);

  /// What a probe sees: never an error, but perhaps unknown.
  [[nodiscard]] DeviceReading read(int device) const;

  // What happens to it.

  /// All that the process holds is out of its hands; the devices have it back when their lag is
  /// over. The observer is not told: the dead tell nothing.
  void kill_owner(int owner);

  /// Somebody else takes memory.
  /// @throws DeviceOutOfMemory if there is not so much.
  void take_foreign(int device, Bytes bytes);
  /// Somebody else gives memory back: `bytes`, or all that is left of it.
  void release_foreign(int device, Bytes bytes);

  /// No allocation can be larger than this from now on, as if free memory were in pieces; without a
  /// size they can again.
  void limit_block(int device, std::optional<Bytes> largest);

  /// The `count`-th allocation from now (1: the next) fails for lack of memory, once.
  void fail_allocation(int device, int count);

  /// Readings are unknown from now on, for the reason given, until `heal`.
  void fail_reads(int device, const std::string& why);
  /// The device is gone, until `heal`: it cannot be read, and nothing can be allocated on it.
  void lose(int device);
  /// The device works again.
  void heal(int device);

  /// From now on the observer is told of what is allocated and freed; null: nobody is. Change it
  /// while nothing is allocated or freed.
  void set_observer(AllocationObserver* observer);

 private:
  struct State;

  std::unique_ptr<State> state_;
};

/// Forgets the high-water marks and the failed allocations of a state file, and has the memory of
/// dead processes back at once. What living processes have stays theirs. A file that has other GPUs
/// than the options say, or is not there, is made anew.
/// @throws Error usage if a process has memory of other GPUs, or as the constructor of
///   SimulatedGpus.
void reset_simulated_gpus(const SimulatedStateOptions& state);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/simulated_gpus.ipp>
#endif
