// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace clams::testing {

/// What one process has of a device, in one word, so that a kill cannot tear it: a count of
/// changes, what is being allocated, what is allocated; in MiB.
struct DeviceCell {
  std::uint64_t changes = 0;
  std::uint64_t pending = 0;
  std::uint64_t held = 0;

  static DeviceCell of(std::uint64_t word) {
    return {word >> 48U, (word >> 24U) & 0xFFFFFFU, word & 0xFFFFFFU};
  }
  [[nodiscard]] std::uint64_t word() const {
    return ((changes & 0xFFFFU) << 48U) | (pending << 24U) | held;
  }
};

/// The memory of a device, by process: a cell for each, which only that process writes, and the
/// driver when the process is dead. Zeros are an empty device.
///
/// Ownership: a value, to be laid into memory that processes share.
/// Threads: thread-safe; a cell has one writer at a time.
/// Errors: none.
template <std::size_t Count>
class DeviceCells {
 public:
  [[nodiscard]] DeviceCell at(std::size_t place) const {
    return DeviceCell::of(words_.at(place).load());
  }
  /// The count of changes is kept here.
  void set(std::size_t place, DeviceCell cell) {
    cell.changes = at(place).changes + 1;
    words_.at(place) = cell.word();
  }
  /// As a driver does, it finishes what was under way when the process died.
  void finish_pending(std::size_t place) {
    const DeviceCell cell = at(place);
    set(place, {.held = cell.held + cell.pending});
  }

  /// What is allocated at one moment: two looks that agree.
  [[nodiscard]] std::uint64_t used() const {
    Words words = look();
    for (Words again = look(); again != words; again = look()) words = again;
    std::uint64_t sum = 0;
    for (const std::uint64_t word : words) sum += DeviceCell::of(word).held;
    return sum;
  }

 private:
  using Words = std::array<std::uint64_t, Count>;

  [[nodiscard]] Words look() const {
    Words words{};
    for (std::size_t i = 0; i < Count; ++i) words[i] = words_[i].load();
    return words;
  }

  std::array<std::atomic<std::uint64_t>, Count> words_;
};

}  // namespace clams::testing
