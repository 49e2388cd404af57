// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_table.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <cstring>

namespace clams::detail {

CLAMS_INLINE std::uint64_t checksum(const SlotTicket& ticket) noexcept {
  std::array<std::uint64_t, sizeof(SlotTicket) / sizeof(std::uint64_t)> words{};
  static_assert(sizeof(words) == sizeof(SlotTicket));
  std::memcpy(words.data(), &ticket, sizeof(words));
  return sum_of(words);
}

CLAMS_INLINE std::array<char, 40> boot_id_field(std::string_view boot_id) noexcept {
  std::array<char, 40> field{};
  std::copy_n(boot_id.begin(), std::min(boot_id.size(), field.size()), field.begin());
  return field;
}

CLAMS_INLINE bool is_plausible(const DeviceMemory& memory) noexcept {
  return memory.free.count() >= 0 && memory.free <= memory.total &&
         memory.total.count() <= kWholeDevice;
}

CLAMS_INLINE std::array<char, 24> short_text(std::string_view text) noexcept {
  std::array<char, 24> field{};
  std::copy_n(text.begin(), std::min(text.size(), field.size()), field.begin());
  return field;
}

CLAMS_INLINE UsedSnapshot smaller(const UsedSnapshot& a, const UsedSnapshot& b) noexcept {
  UsedSnapshot result{};
  std::transform(a.begin(), a.end(), b.begin(), result.begin(),
                 [](std::int64_t x, std::int64_t y) { return std::min(x, y); });
  return result;
}

CLAMS_INLINE bool LedgerTable::is_sound(std::string_view boot_id) const noexcept {
  return image_.header.seal == LedgerSeal{.boot_id = boot_id_field(boot_id)};
}

CLAMS_INLINE void LedgerTable::rebuild(std::string_view boot_id) {
  LedgerSeal same_boot = image_.header.seal;
  const LedgerSeal seal{.boot_id = boot_id_field(boot_id)};
  same_boot.boot_id = seal.boot_id;
  const bool is_of_an_earlier_start = same_boot == seal;
  if (is_of_an_earlier_start) {
    for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
      set_word(slot, locks_.is_held(slot) ? SlotWord{SlotState::lost, kWholeDevice} : SlotWord{});
    }
  }
  image_.header.seal = seal;  // last: killed before, the next one begins again
}

CLAMS_INLINE std::optional<SlotWord> LedgerTable::word(std::size_t slot) const noexcept {
  return unsealed_word(image_.slots[slot].state.load(), slot);
}

CLAMS_INLINE bool LedgerTable::is_in(std::size_t slot, SlotState state) const noexcept {
  const auto seen = word(slot);
  return seen && seen->state == state;
}

CLAMS_INLINE void LedgerTable::set_word(std::size_t slot, SlotWord word) noexcept {
  image_.slots[slot].state.store(sealed_word(word, slot));
}

CLAMS_INLINE bool LedgerTable::is_readable() const noexcept {
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    const auto seen = word(slot);
    if (!seen || seen->state == SlotState::lost) return false;
    const SlotRecord& record = image_.slots[slot];
    const bool is_readable =
        seen->state == SlotState::waiting
            ? record.ticket_check == checksum(record.ticket)
            : seen->state == SlotState::free ||
                  unsealed(record.used.load(), SlotField::used, slot).has_value();
    if (!is_readable) return false;
  }
  return true;
}

CLAMS_INLINE void LedgerTable::bury(std::size_t slot, std::int64_t amount,
                                    std::int64_t now_ms) noexcept {
  // In this order: a dead slot always has its time.
  image_.slots[slot].dead_since.store(
      sealed(static_cast<std::uint64_t>(now_ms), SlotField::dead_since, slot));
  set_word(slot, {SlotState::dead, amount});
}

CLAMS_INLINE bool LedgerTable::is_over(std::size_t slot, std::int64_t now_ms,
                                       std::int64_t grace_ms) noexcept {
  auto& field = image_.slots[slot].dead_since;
  const auto since = unsealed(field.load(), SlotField::dead_since, slot);
  const auto now = static_cast<std::uint64_t>(now_ms);
  if (since && *since <= now) return now - *since >= static_cast<std::uint64_t>(grace_ms);
  field.store(sealed(now, SlotField::dead_since, slot));  // cannot be: the grace begins anew
  return false;
}

CLAMS_INLINE void LedgerTable::sweep_unreadable(std::size_t slot, std::int64_t now_ms,
                                                SweepReport& report) noexcept {
  const bool is_held = locks_.is_held(slot);
  if (!is_held && image_.slots[slot].state.load() == 0) {
    set_word(slot, {});
    return;
  }
  ++report.unreadable;
  if (is_held) {
    set_word(slot, {SlotState::lost, kWholeDevice});
  } else {
    bury(slot, kWholeDevice, now_ms);
  }
}

CLAMS_INLINE SweepReport LedgerTable::sweep(std::int64_t now_ms, std::int64_t grace_ms) {
  SweepReport report;
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    const auto seen = word(slot);
    if (!seen) {
      sweep_unreadable(slot, now_ms, report);
    } else if (seen->state == SlotState::dead) {
      if (!is_over(slot, now_ms, grace_ms)) continue;
      set_word(slot, {});
      ++report.freed;
    } else if (seen->state != SlotState::free && !locks_.is_held(slot)) {
      if (seen->state == SlotState::waiting) {
        set_word(slot, {});
        ++report.freed;
      } else {
        bury(slot, seen->amount, now_ms);
        ++report.died;
      }
    }
  }
  return report;
}

CLAMS_INLINE std::uint64_t LedgerTable::take_ticket() {
  auto next = unsealed(image_.header.next_ticket.load(), SlotField::next_ticket, 0);
  if (!next) {
    next = 1;
    for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
      const SlotTicket& ticket = image_.slots[slot].ticket;
      const bool is_readable = image_.slots[slot].ticket_check == checksum(ticket);
      if (is_readable) next = std::max(*next, ticket.number + 1);
    }
  }
  image_.header.next_ticket.store(sealed(*next + 1, SlotField::next_ticket, 0));
  return *next;
}

CLAMS_INLINE void LedgerTable::write(std::size_t slot, const SlotTicket& ticket, SlotWord word) {
  restore(slot, ticket, word, 0);
  image_.slots[slot].bypassed.store(sealed(0, SlotField::bypassed, slot));
}

CLAMS_INLINE void LedgerTable::restore(std::size_t slot, const SlotTicket& ticket, SlotWord word,
                                       std::int64_t used) {
  SlotRecord& record = image_.slots[slot];
  record.ticket = ticket;
  record.ticket_check = checksum(ticket);
  record.used.store(sealed(static_cast<std::uint64_t>(used), SlotField::used, slot));
  set_word(slot, word);  // last: until then the slot is what it was
}

CLAMS_INLINE UsedSnapshot LedgerTable::used() const noexcept {
  UsedSnapshot snapshot{};
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    if (is_free(slot)) continue;
    const auto seen = word(slot);
    if (!seen || (seen->state != SlotState::promised && seen->state != SlotState::dead)) continue;
    const auto used = unsealed(image_.slots[slot].used.load(), SlotField::used, slot);
    // What goes beyond the promise was never promised: it counts as foreign.
    if (used) snapshot[slot] = std::min(static_cast<std::int64_t>(*used), seen->amount);
  }
  return snapshot;
}

CLAMS_INLINE RoomSums LedgerTable::sums(const DeviceMemory& memory,
                                        const UsedSnapshot& used) const noexcept {
  RoomSums result{.total = memory.total.count()};
  std::int64_t accounted = 0;
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    if (is_free(slot)) continue;
    const auto seen = word(slot);
    if (seen && seen->state == SlotState::waiting) continue;
    const std::int64_t amount = seen ? seen->amount : kWholeDevice;
    const std::int64_t counted = std::min(amount, std::max<std::int64_t>(result.total, 1));
    result.promised += counted;
    result.unsettled += std::max<std::int64_t>(counted - used[slot], 0);
    accounted += used[slot];
  }
  result.foreign = std::max<std::int64_t>(0, memory.busy().count() - accounted);
  return result;
}

CLAMS_INLINE bool LedgerTable::stands_in_line(std::size_t slot,
                                              std::uint64_t before) const noexcept {
  if (is_free(slot)) return false;
  if (!is_in(slot, SlotState::waiting)) return false;
  const SlotRecord& record = image_.slots[slot];
  return record.ticket.number < before && record.ticket_check == checksum(record.ticket);
}

CLAMS_INLINE bool LedgerTable::is_probed() const noexcept {
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    if (!is_in(slot, SlotState::promised)) continue;
    const SlotRecord& record = image_.slots[slot];
    const bool is_known =
        record.ticket.kind == PromiseKind::known && record.ticket_check == checksum(record.ticket);
    if (!is_known) return true;  // what cannot be read may be one
  }
  return false;
}

CLAMS_INLINE bool LedgerTable::has_waiting() const noexcept {
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    if (is_free(slot)) continue;
    if (is_in(slot, SlotState::waiting)) return true;
  }
  return false;
}

CLAMS_INLINE LedgerTable::Line LedgerTable::line(std::uint64_t ticket) const noexcept {
  Line line;
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    if (!stands_in_line(slot, UINT64_MAX)) continue;
    const std::uint64_t number = image_.slots[slot].ticket.number;
    if (number < ticket) ++line.ahead;
    if (number > ticket) ++line.behind;
  }
  return line;
}

CLAMS_INLINE std::int64_t LedgerTable::bypassed(std::size_t slot) const noexcept {
  const auto count = unsealed(image_.slots[slot].bypassed.load(), SlotField::bypassed, slot);
  return count ? static_cast<std::int64_t>(*count) : kWholeDevice;  // cannot tell: often enough
}

CLAMS_INLINE std::optional<LedgerTable::Blocker> LedgerTable::blocker(
    std::uint64_t ticket, const RoomSums& sums) const noexcept {
  std::optional<bool> is_probed_now;  // looked for when the first one asks
  const auto may_go = [&](const SlotTicket& earlier) {
    if (!sums.fits(earlier.need, earlier.margin)) return false;
    if (earlier.kind == PromiseKind::known) return true;
    if (!is_probed_now) is_probed_now = is_probed();
    return !*is_probed_now;
  };
  std::optional<Blocker> first;
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    if (!stands_in_line(slot, first ? first->ticket : ticket)) continue;
    const SlotTicket& earlier = image_.slots[slot].ticket;
    const Blocker candidate{.ticket = earlier.number, .may_go = may_go(earlier)};
    const bool has_priority = candidate.may_go || bypassed(slot) >= earlier.bypass_limit;
    if (has_priority && locks_.is_held(slot)) first = candidate;
  }
  return first;
}

CLAMS_INLINE void LedgerTable::note_overtaken(std::uint64_t ticket) noexcept {
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    if (!stands_in_line(slot, ticket)) continue;
    const auto count = static_cast<std::uint64_t>(bypassed(slot)) + 1;
    image_.slots[slot].bypassed.store(sealed(count, SlotField::bypassed, slot));
  }
}

CLAMS_INLINE PromiseHolder::State shown_state(SlotState state) noexcept {
  if (state == SlotState::waiting) return PromiseHolder::State::waiting;
  if (state == SlotState::dead) return PromiseHolder::State::dead;
  return PromiseHolder::State::promised;
}

CLAMS_INLINE std::string long_text(const std::array<char, 24>& field) {
  return {field.begin(), std::find(field.begin(), field.end(), '\0')};
}

CLAMS_INLINE PromiseHolder holder_of(const SlotRecord& record, std::size_t slot, SlotWord word) {
  PromiseHolder holder{.pid = 0,
                       .owner = "?",
                       .request = "?",
                       .promised = Bytes{word.amount},
                       .used = Bytes{0},
                       .state = shown_state(word.state)};
  if (const auto used = unsealed(record.used.load(), SlotField::used, slot)) {
    holder.used = Bytes{static_cast<std::int64_t>(*used)};
  }
  if (record.ticket_check == checksum(record.ticket)) {
    holder.pid = record.ticket.pid;
    holder.owner = long_text(record.ticket.owner);
    holder.request = long_text(record.ticket.request);
  }
  return holder;
}

CLAMS_INLINE std::size_t LedgerTable::position(std::size_t slot) const noexcept {
  const std::uint64_t own = image_.slots[slot].ticket.number;
  std::size_t ahead = 0;
  for (std::size_t other = 0; other < kLedgerSlots; ++other) {
    const bool waits = is_in(other, SlotState::waiting);
    if (waits && image_.slots[other].ticket.number < own) ++ahead;
  }
  return ahead + 1;
}

CLAMS_INLINE std::vector<PromiseHolder> LedgerTable::holders() const {
  std::vector<PromiseHolder> result;
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    const auto seen = word(slot);
    if (!seen || seen->state == SlotState::free) continue;
    result.push_back(holder_of(image_.slots[slot], slot, *seen));
    if (seen->state == SlotState::waiting) result.back().position = position(slot);
  }
  return result;
}

}  // namespace clams::detail
