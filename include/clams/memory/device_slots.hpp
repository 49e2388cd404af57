// SPDX-License-Identifier: Apache-2.0
#pragma once

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

  /// Gives a slot back.
  struct Return {
    void operator()(DeviceSlots* slots) const noexcept { slots->give_back(); }
  };
  /// A taken slot; null: there was none.
  using Slot = std::unique_ptr<DeviceSlots, Return>;

  /// A slot, if one is free that nobody waits for who came earlier. Who gets none waits from now
  /// on, until it gets one or leaves the line.
  /// @param arrival numbers the request; later ones have higher numbers.
  [[nodiscard]] Slot take(std::uint64_t arrival);
  /// Waits for none any more.
  void leave_line(std::uint64_t arrival) noexcept;

  [[nodiscard]] std::size_t in_use() const;
  /// Whether a new request would have to wait.
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

 private:
  void give_back() noexcept;

  const std::size_t limit_;
  mutable std::mutex mutex_;  // guards all below
  std::size_t in_use_ = 0;
  std::set<std::uint64_t> line_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/device_slots.ipp>
#endif
