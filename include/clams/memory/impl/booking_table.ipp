// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/booking_table.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <bit>
#include <new>
#include <utility>

namespace clams::detail {

/// Spreads addresses, which end in many zeros, over all 64 bits.
CLAMS_INLINE std::uint64_t booking_hash(int device, std::uintptr_t address) noexcept {
  std::uint64_t hash = address ^ (static_cast<std::uint64_t>(device) << 57U);
  hash = (hash ^ (hash >> 31U)) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29U);
}

/// Where the booking of this address is, or the free place where it would be.
CLAMS_INLINE std::size_t booking_place(const Booking* places, std::size_t capacity, int device,
                                       std::uintptr_t address) noexcept {
  auto place = booking_hash(device, address) & (capacity - 1);
  while (places[place].owner &&
         (places[place].address != address || places[place].device != device)) {
    place = (place + 1) & (capacity - 1);
  }
  return place;
}

/// Frees a place; later bookings that had to step over it move up, so that they are still found.
CLAMS_INLINE Booking take_booking(Booking* places, std::size_t capacity,
                                  std::size_t place) noexcept {
  Booking taken = std::move(places[place]);
  const auto mask = capacity - 1;
  auto free = place;
  for (auto next = (free + 1) & mask; places[next].owner; next = (next + 1) & mask) {
    const auto home = booking_hash(places[next].device, places[next].address) & mask;
    const bool may_move = ((next - home) & mask) >= ((next - free) & mask);
    if (!may_move) continue;
    places[free] = std::move(places[next]);
    free = next;
  }
  places[free].owner.reset();
  return taken;
}

CLAMS_INLINE BookingTable::BookingTable(std::size_t expected, std::size_t most)
    : most_in_part_(std::max<std::size_t>(1, most / kParts)) {
  const auto in_part = std::clamp<std::size_t>(expected * 2 / kParts, 4, most_in_part_ * 2 + 2);
  for (auto& part : parts_) {
    part.capacity = std::bit_ceil(in_part);
    part.places = std::make_unique<Booking[]>(part.capacity);
  }
}

CLAMS_INLINE bool BookingTable::make_room(Part& part) const noexcept {
  if (part.used >= most_in_part_) return false;
  if ((part.used + 1) * 4 <= part.capacity * 3) return true;
  const auto capacity = part.capacity * 2;
  std::unique_ptr<Booking[]> places{new (std::nothrow) Booking[capacity]};
  if (!places) return part.used + 1 < part.capacity;  // one free place ends every search
  for (std::size_t old = 0; old < part.capacity; ++old) {
    auto& booking = part.places[old];
    if (!booking.owner) continue;
    places[booking_place(places.get(), capacity, booking.device, booking.address)] =
        std::move(booking);
  }
  part.places = std::move(places);
  part.capacity = capacity;
  return true;
}

CLAMS_INLINE BookingTable::Put BookingTable::put(Booking booking,
                                                 std::optional<Booking>& replaced) noexcept {
  auto& part = parts_[booking_hash(booking.device, booking.address) >> 58U];
  const std::scoped_lock lock{part.mutex};
  auto place = booking_place(part.places.get(), part.capacity, booking.device, booking.address);
  if (part.places[place].owner) {
    replaced = std::exchange(part.places[place], std::move(booking));
    return Put::done;
  }
  const auto capacity = part.capacity;
  if (!make_room(part)) return Put::no_room;
  if (part.capacity != capacity) {
    place = booking_place(part.places.get(), part.capacity, booking.device, booking.address);
  }
  part.places[place] = std::move(booking);
  ++part.used;
  return Put::done;
}

CLAMS_INLINE std::optional<Booking> BookingTable::take(int device,
                                                       std::uintptr_t address) noexcept {
  auto& part = parts_[booking_hash(device, address) >> 58U];
  const std::scoped_lock lock{part.mutex};
  const auto place = booking_place(part.places.get(), part.capacity, device, address);
  if (!part.places[place].owner) return std::nullopt;
  --part.used;
  return take_booking(part.places.get(), part.capacity, place);
}

}  // namespace clams::detail
