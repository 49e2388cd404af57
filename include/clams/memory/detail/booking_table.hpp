// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/scope_account.hpp>
#include <clams/util/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

namespace clams::detail {

/// Whose a live allocation is.
struct Booking {
  std::uintptr_t address = 0;
  int device = 0;
  Bytes size;
  std::shared_ptr<ScopeAccount> owner;  // null: the place is free
};

/// The live allocations by device and address: a hash table in parts, each with a lock of its own,
/// so that threads seldom wait for each other. Called for every allocation, so nothing here is
/// allocated but when a part has to grow.
///
/// Ownership: owns the bookings; they share their accounts.
/// Threads: thread-safe.
/// Errors: none; where memory for the table cannot be had, `put` says so.
class BookingTable {
 public:
  /// Room for `expected` bookings from the beginning; never more than about `most`.
  BookingTable(std::size_t expected, std::size_t most);

  enum class Put { done, no_room };

  /// Afterwards the booking is found under its device and address. One that was there before is
  /// moved to `replaced`: its end was never reported.
  Put put(Booking booking, std::optional<Booking>& replaced) noexcept;

  /// Removes the booking; none if there is none.
  [[nodiscard]] std::optional<Booking> take(int device, std::uintptr_t address) noexcept;

 private:
  static constexpr std::size_t kParts = 64;
  struct alignas(64) Part {
    std::mutex mutex;  // guards the others
    std::unique_ptr<Booking[]> places;
    std::size_t capacity = 0;  // zero or a power of two
    std::size_t used = 0;
  };

  [[nodiscard]] bool make_room(Part& part) const noexcept;

  std::size_t most_in_part_;
  std::array<Part, kParts> parts_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/booking_table.ipp>
#endif
