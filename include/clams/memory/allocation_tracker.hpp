// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/booking_table.hpp>
#include <clams/memory/scope_account.hpp>
#include <clams/util/bytes.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace clams {

/// How large the tracker's own table is.
struct AllocationTrackerOptions {
  std::size_t expected_allocations = 4096;    ///< live at one time; the table grows beyond it
  std::size_t most_allocations = 16'000'000;  ///< live at one time; more are `unattributed`
};

/// Allocations whose end cannot be told, because there was no memory to book them.
struct UnattributedAllocations {
  std::uint64_t count;
  Bytes size;
};

/// Books the allocations of a device's allocator to scopes: each to the scope that it was made for,
/// until it is freed, whichever thread frees it, even after the scope has been closed.
///
/// Ownership: owns its table; live allocations share their scope's account.
/// Threads: thread-safe. What is booked to one account never shows in another.
/// Errors: nothing throws. An allocation that cannot be booked counts as allocated for good, so
/// that
///   the peak errs to the high side, and is in `unattributed`.
class AllocationTracker {
 public:
  explicit AllocationTracker(AllocationTrackerOptions options = {})
      : allocations_(options.expected_allocations, options.most_allocations),
        segments_(options.expected_allocations / 16, options.most_allocations) {}

  /// `owner` now has this allocation. An older one at the same address counts as freed.
  void allocated(const std::shared_ptr<ScopeAccount>& owner, int device, std::uintptr_t address,
                 Bytes size) noexcept;

  /// Its owner no longer has it. One that was never booked is ignored.
  void freed(int device, std::uintptr_t address) noexcept;

  /// The allocator took memory of the device on behalf of `owner`, to give it out in parts.
  void reserved(const std::shared_ptr<ScopeAccount>& owner, int device, std::uintptr_t address,
                Bytes size) noexcept;

  /// The allocator gave memory back to the device: all that was reserved at `address`, or a part.
  void unreserved(int device, std::uintptr_t address, Bytes size) noexcept;

  [[nodiscard]] UnattributedAllocations unattributed() const noexcept {
    return {.count = lost_count_.load(), .size = Bytes{lost_bytes_.load()}};
  }

 private:
  void note_lost(Bytes size) noexcept;

  detail::BookingTable allocations_;
  detail::BookingTable segments_;
  std::atomic<std::uint64_t> lost_count_{0};
  std::atomic<std::int64_t> lost_bytes_{0};
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/allocation_tracker.ipp>
#endif
