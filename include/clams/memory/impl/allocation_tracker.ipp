// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/allocation_tracker.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <optional>

namespace clams {

CLAMS_INLINE void AllocationTracker::note_lost(Bytes size) noexcept {
  lost_count_.fetch_add(1, std::memory_order_relaxed);
  lost_bytes_.fetch_add(size.count(), std::memory_order_relaxed);
}

CLAMS_INLINE void AllocationTracker::allocated(const std::shared_ptr<ScopeAccount>& owner,
                                               int device, std::uintptr_t address,
                                               Bytes size) noexcept {
  if (!owner) return freed(device, address);  // so that it is not taken for an older one's
  if (!ScopeAccount::knows(device)) return note_lost(size);
  std::optional<detail::Booking> replaced;
  const auto put = allocations_.put({address, device, size, owner}, replaced);
  if (replaced) replaced->owner->remove_allocated(device, replaced->size);
  owner->add_allocated(device, size);
  if (put == detail::BookingTable::Put::no_room) note_lost(size);
}

CLAMS_INLINE void AllocationTracker::freed(int device, std::uintptr_t address) noexcept {
  const auto booking = allocations_.take(device, address);
  if (booking) booking->owner->remove_allocated(device, booking->size);
}

CLAMS_INLINE void AllocationTracker::reserved(const std::shared_ptr<ScopeAccount>& owner,
                                              int device, std::uintptr_t address,
                                              Bytes size) noexcept {
  if (!owner) return;
  if (!ScopeAccount::knows(device)) return note_lost(size);
  std::optional<detail::Booking> replaced;
  const auto put = segments_.put({address, device, size, owner}, replaced);
  if (replaced) replaced->owner->remove_reserved(device, replaced->size);
  owner->add_reserved(device, size);
  if (put == detail::BookingTable::Put::no_room) note_lost(size);
}

CLAMS_INLINE void AllocationTracker::unreserved(int device, std::uintptr_t address,
                                                Bytes size) noexcept {
  const auto booking = segments_.take(device, address);
  if (booking) booking->owner->remove_reserved(device, std::min(size, booking->size));
}

}  // namespace clams
