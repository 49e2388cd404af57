// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/simulated_record.hpp>
#include <clams/memory/detail/slot_locks.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace clams::detail {

/// The rules of simulated GPUs that processes share, on an image in memory: it makes no system call
/// and knows no clock.
///
/// A seat whose lock is free is of a dead process. What it held counts until the GPU's lag is over,
/// from when the process was last heard of.
///
/// Ownership: borrows the image and the locks.
/// Threads: confined: the caller holds the file's lock; `set_alive` on one's own seat needs none.
/// Errors: an image may hold anything; what cannot be read counts as nothing until its owner, who
///   knows better, writes it again.
class SimulatedTable {
 public:
  SimulatedTable(SimulatedImage& image, const SlotLocks& locks) : image_(image), locks_(locks) {}

  /// Whether nothing was written here yet.
  [[nodiscard]] bool is_blank() const noexcept { return image_.seal == SimulatedSeal{}; }
  /// Whether the seal is one of ours, of any version, damaged or not.
  [[nodiscard]] bool is_ours() const noexcept { return image_.seal.magic == kSimulatedMagic; }
  /// Whether the seal can be relied on.
  [[nodiscard]] bool is_sound() const noexcept;
  /// Whether a process lives that has a seat.
  [[nodiscard]] bool is_in_use() const noexcept;

  /// Nothing is used, nothing has happened.
  void start(const SimulatedSeal& seal) noexcept;
  /// Frees the seats of the dead, and forgets what has happened.
  void forget(std::int64_t now_ms) noexcept;
  /// Frees the seats of those who are dead for longer than every lag.
  void sweep(std::int64_t now_ms) noexcept;

  /// What a GPU's processes hold, but for the one of seat `own`; what somebody else has there from
  /// the start counts too.
  [[nodiscard]] std::int64_t held_elsewhere(std::size_t gpu, std::optional<std::size_t> own,
                                            std::int64_t now_ms) const noexcept;

  [[nodiscard]] bool is_free(std::size_t seat) const noexcept {
    return image_.seats[seat].alive.load() == 0;
  }
  void sit_down(std::size_t seat, std::int64_t now_ms) noexcept;
  void set_alive(std::size_t seat, std::int64_t now_ms) noexcept;
  void set_held(std::size_t seat, std::size_t gpu, std::int64_t bytes) noexcept;
  void stand_up(std::size_t seat) noexcept;

  /// What happened on a GPU; what cannot be read did not.
  struct Marks {
    std::int64_t high_water = 0;
    std::int64_t failed = 0;
  };
  [[nodiscard]] Marks marks(std::size_t gpu) const noexcept;
  void set_marks(std::size_t gpu, Marks marks) noexcept;

 private:
  [[nodiscard]] bool is_back(std::size_t seat, std::int64_t lag_ms,
                             std::int64_t now_ms) const noexcept;
  [[nodiscard]] std::int64_t longest_lag() const noexcept;

  SimulatedImage& image_;
  const SlotLocks& locks_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/simulated_table.ipp>
#endif
