// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>

namespace clams {

/// How many requests of this process run on a device side by side, and who is next when it has its
/// fill: who came first.
///
/// Ownership: the slots borrow it, so it must outlive them.
/// Threads: thread-safe.
/// Errors: none of its own.
class DeviceSlots {
 public:
  /// @param limit so many at most; 0: any number.
  explicit DeviceSlots(std::size_t limit) : limit_(limit) {}
  DeviceSlots(const DeviceSlots&) = delete;
  DeviceSlots& operator=(const DeviceSlots&) = delete;
  DeviceSlots(DeviceSlots&&) = delete;
  DeviceSlots& operator=(DeviceSlots&&) = delete;
  ~DeviceSlots() = default;

  /// Whether who has a slot looks still if he can run, or does.
  enum class Stage { trial, run };
  /// Gives a slot back.
  struct Return {
    Stage stage = Stage::trial;
    void operator()(DeviceSlots* slots) const noexcept { slots->give_back(stage); }
  };
  /// A taken slot; null: there was none.
  using Slot = std::unique_ptr<DeviceSlots, Return>;

  /// A slot on trial, if one is free that nobody waits for who came earlier. Who gets none waits
  /// from now on, until it gets one or leaves the line. Blocks while only the trials of others
  /// stand in the way: they are short, and nobody is told how they end.
  /// @param arrival numbers the request; later ones have higher numbers.
  [[nodiscard]] Slot take(std::uint64_t arrival);
  /// Its request runs.
  void keep(Slot& slot) noexcept;
  /// Waits for none any more.
  void leave_line(std::uint64_t arrival) noexcept;
  /// Whether somebody stands in the line: to be told when a slot is free that was not before, or
  /// when somebody has left the line.
  [[nodiscard]] bool has_line() const;

  [[nodiscard]] std::size_t in_use() const;
  /// Whether a new request would have to wait.
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

 private:
  void give_back(Stage stage) noexcept;

  const std::size_t limit_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable trial_ended_;
  std::size_t in_use_ = 0;
  std::size_t on_trial_ = 0;  // of those in use
  std::set<std::uint64_t> line_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/device_slots.ipp>
#endif
