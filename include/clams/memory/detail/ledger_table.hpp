// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_record.hpp>
#include <clams/memory/detail/slot_locks.hpp>
#include <clams/memory/device_probe.hpp>
#include <clams/memory/ledger.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clams::detail {

/// What a look over all slots changed.
struct SweepReport {
  int freed = 0;       ///< of dead ones: somebody may have room now
  int died = 0;        ///< found dead: their promises count until the grace time is over
  int unreadable = 0;  ///< records that could not be read
};

/// How much each slot says is in use.
using UsedSnapshot = std::array<std::int64_t, kLedgerSlots>;

/// Sums over a device, in bytes.
struct RoomSums {
  std::int64_t total = 0;
  std::int64_t foreign = 0;
  std::int64_t promised = 0;
  std::int64_t unsettled = 0;  ///< promised, and not said to be in use: foreign, too, if it is

  [[nodiscard]] bool fits(std::int64_t need, std::int64_t margin) const noexcept {
    return need <= total - foreign - promised - margin;
  }
};

/// The rules of the ledger, on an image in memory: it makes no system call and knows no clock, so
/// that every case can be laid out by hand.
///
/// Ownership: borrows the image and the locks.
/// Threads: confined: the caller holds the file's lock.
/// Errors: an image may hold anything; what cannot be read is never counted as free while the
///   slot's lock is held.
class LedgerTable {
 public:
  LedgerTable(LedgerImage& image, const SlotLocks& locks) : image_(image), locks_(locks) {}

  /// Whether the header is of this version and this start of the machine.
  [[nodiscard]] bool is_sound(std::string_view boot_id) const noexcept;

  /// Writes a new header. The slots are left to `sweep`, which keeps those that can be read; all of
  /// an earlier start of the machine are freed.
  void rebuild(std::string_view boot_id);

  /// Whether every record can be read.
  [[nodiscard]] bool is_readable() const noexcept;

  /// Notices who died, and frees what is past its grace time.
  SweepReport sweep(std::int64_t now_ms, std::int64_t grace_ms);

  /// Never decreases while the file lives.
  std::uint64_t take_ticket();

  void write(std::size_t slot, const SlotTicket& ticket, SlotWord word);

  /// Makes a slot what its owner knows it to be.
  void restore(std::size_t slot, const SlotTicket& ticket, SlotWord word, std::int64_t used);

  [[nodiscard]] UsedSnapshot used() const noexcept;
  /// @param used the smaller of two snapshots, taken before and after the device was read
  [[nodiscard]] RoomSums sums(const DeviceMemory& memory, const UsedSnapshot& used) const noexcept;

  /// Whether a probing run is under way.
  [[nodiscard]] bool is_probed() const noexcept;

  /// Whether anybody waits. May be asked without the file's lock.
  [[nodiscard]] bool has_waiting() const noexcept;

  /// Who waits, beside the one with `ticket`.
  struct Line {
    std::size_t ahead = 0;   ///< came before
    std::size_t behind = 0;  ///< came after
  };
  [[nodiscard]] Line line(std::uint64_t ticket) const noexcept;

  /// The first of those who have to go before `ticket`, which fits: they came earlier, and could go
  /// as well or have been overtaken too often.
  struct Blocker {
    std::uint64_t ticket = 0;
    bool may_go = false;  ///< there is room for it now
  };
  [[nodiscard]] std::optional<Blocker> blocker(std::uint64_t ticket,
                                               const RoomSums& sums) const noexcept;
  /// Counts that `ticket` went before those who came earlier.
  void note_overtaken(std::uint64_t ticket) noexcept;

  [[nodiscard]] std::vector<PromiseHolder> holders() const;

  [[nodiscard]] std::optional<SlotWord> word(std::size_t slot) const noexcept;
  /// No if the slot cannot be read.
  [[nodiscard]] bool is_in(std::size_t slot, SlotState state) const noexcept;
  /// Told without taking the word apart: most slots are free, and all are looked at often.
  [[nodiscard]] bool is_free(std::size_t slot) const noexcept {
    return image_.slots[slot].state.load() == sealed_word({}, slot);
  }
  void set_word(std::size_t slot, SlotWord word) noexcept;

 private:
  /// Of one that waits: its place in the line, from 1.
  [[nodiscard]] std::size_t position(std::size_t slot) const noexcept;
  [[nodiscard]] std::int64_t bypassed(std::size_t slot) const noexcept;
  [[nodiscard]] bool stands_in_line(std::size_t slot, std::uint64_t before) const noexcept;
  void bury(std::size_t slot, std::int64_t amount, std::int64_t now_ms) noexcept;
  [[nodiscard]] bool is_over(std::size_t slot, std::int64_t now_ms, std::int64_t grace_ms) noexcept;
  void sweep_unreadable(std::size_t slot, std::int64_t now_ms, SweepReport& report) noexcept;

  LedgerImage& image_;
  const SlotLocks& locks_;
};

/// The device's figures if they can be true.
[[nodiscard]] bool is_plausible(const DeviceMemory& memory) noexcept;

/// Cut off, filled with zeros.
[[nodiscard]] std::array<char, 24> short_text(std::string_view text) noexcept;

/// Slot by slot.
[[nodiscard]] UsedSnapshot smaller(const UsedSnapshot& a, const UsedSnapshot& b) noexcept;

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/ledger_table.ipp>
#endif
