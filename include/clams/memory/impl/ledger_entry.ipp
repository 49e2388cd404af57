// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an entry of the ledger does once it is there.
#include <clams/memory/detail/ledger_core.hpp>
#include <clams/memory/impl/ledger_core.ipp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <exception>
#include <unistd.h>

namespace clams::detail {

CLAMS_INLINE void LedgerCore::remember(LedgerSeat& seat) {
  const std::scoped_lock lock{seats_mutex_};
  seats_.push_back(&seat);
}

CLAMS_INLINE void LedgerCore::forget(const LedgerSeat& seat) noexcept {
  const std::scoped_lock lock{seats_mutex_};
  seats_.erase(std::remove(seats_.begin(), seats_.end(), &seat), seats_.end());
}

CLAMS_INLINE void LedgerCore::split(LedgerSeat& from, LedgerSeat& part, std::int64_t amount) {
  const Hold hold{*this};
  if (!hold) {
    throw Error{ErrorCode::unavailable, "the lock of the ledger " + path_ + " was held too long"};
  }
  part.ticket.kind = PromiseKind::known;  // a model that stays loaded has been measured
  remember(part);
  ScopeExit undo{[&] { forget(part); }};
  // The new one first: killed in between, both count for the grace time.
  occupy(hold.file(), part, {SlotState::promised, amount});
  undo.release();
  const std::scoped_lock lock{from.mutex};
  from.word.amount -= amount;
  table_of(hold.file()).set_word(from.slot, from.word);
}

CLAMS_INLINE bool LedgerCore::ask_less(LedgerSeat& seat, std::int64_t need) {
  const Hold hold{*this};
  if (!hold) return false;
  const std::scoped_lock lock{seat.mutex};
  seat.ticket.need = std::clamp<std::int64_t>(need, 0, seat.ticket.need);
  table_of(hold.file()).restore(seat.slot, seat.ticket, seat.word, seat.used);
  return true;
}

// No lock of the file: the state is one word, and only its owner changes it while he lives.
CLAMS_INLINE void LedgerCore::shrink(LedgerSeat& seat, std::int64_t amount) noexcept {
  {
    const std::scoped_lock lock{seat.mutex};
    const bool is_smaller = seat.word.state == SlotState::promised && amount < seat.word.amount;
    if (!is_smaller || ::getpid() != pid_) return;
    seat.word.amount = std::max<std::int64_t>(amount, 0);
    if (seat.file->condition() != LedgerFile::Condition::cut_off) {
      table_of(*seat.file).set_word(seat.slot, seat.word);
    }
  }
  changed();
}

CLAMS_INLINE void LedgerCore::set_used(LedgerSeat& seat, std::int64_t used) noexcept {
  bool is_news = false;
  {
    const std::scoped_lock lock{seat.mutex};
    used = std::clamp<std::int64_t>(used, 0, kWholeDevice);
    if (used == seat.used) return;  // all requests are told of each other's changes
    is_news = used < seat.used;
    seat.used = used;
    if (seat.file->condition() != LedgerFile::Condition::cut_off) {
      seat.file->image().slots[seat.slot].used.store(
          sealed(static_cast<std::uint64_t>(used), SlotField::used, seat.slot));
      // What was counted twice, as promised and as foreign, is counted once from now on.
      is_news = is_news || table_of(*seat.file).has_waiting();
    }
  }
  if (is_news) changed();
}

CLAMS_INLINE void LedgerCore::give_back(LedgerFile& file, LedgerSeat& seat) noexcept {
  LedgerTable table = table_of(file);
  const std::scoped_lock lock{seat.mutex};
  const bool was_waiting = seat.word.state == SlotState::waiting;
  bool is_inherited = false;
  if (seat.is_shown) {
    is_inherited = file.let_go(seat.slot, seat.descriptor);
  } else {
    file.put_back(seat.slot, seat.descriptor);
  }
  if (was_waiting || !is_inherited) table.set_word(seat.slot, {});
}

CLAMS_INLINE void LedgerCore::leave(LedgerSeat& seat) noexcept {
  if (::getpid() != pid_) {
    seat.descriptor.close();  // a copy in a forked child: the promise is the parent's
    return;
  }
  forget(seat);
  LedgerFile* told = nullptr;  // the change is counted already
  try {
    const Hold hold{*this};
    if (hold && seat.file == &hold.file()) {
      told = seat.file;
      give_back(*told, seat);
      told->image().header.epoch.fetch_add(1);
    }
  } catch (const std::exception& failure) {
    log_.warning(std::string{"a promise ends like that of a dead process: "} + failure.what());
  }
  // Without the file's lock the record stays; all see that its lock is gone.
  if (seat.descriptor.is_open()) seat.file->let_go(seat.slot, seat.descriptor);
  if (told == nullptr) return changed();
  system_.wake(told->image().header.epoch);  // now that they can have the lock
}

CLAMS_INLINE std::uint32_t LedgerCore::epoch() const noexcept {
  LedgerFile& file = *file_.load();
  if (file.condition() == LedgerFile::Condition::cut_off) return 0;
  return file.image().header.epoch.load();
}

CLAMS_INLINE void LedgerCore::changed() noexcept {
  LedgerFile& file = *file_.load();
  if (file.condition() == LedgerFile::Condition::cut_off) return;
  file.image().header.epoch.fetch_add(1);
  system_.wake(file.image().header.epoch);
}

CLAMS_INLINE void LedgerCore::wait(std::span<const Seen> seen, std::chrono::milliseconds patience) {
  patience = std::min(patience, kLongestWait);
  if (patience.count() <= 0 || seen.empty()) return;
  LedgerSystem& system = seen.front().ledger->system_;
  std::vector<WatchedWord> words;
  words.reserve(seen.size());
  for (const Seen& one : seen) {
    LedgerFile& file = *one.ledger->file_.load();
    if (file.condition() == LedgerFile::Condition::cut_off) {
      system.pause(std::chrono::milliseconds{1});  // who takes the lock next repairs it
      return;
    }
    auto& word = file.image().header.epoch;
    if (word.load() != one.epoch) return;
    words.push_back({.word = &word, .expected = one.epoch});
  }
  system.wait(words, patience);
}

CLAMS_INLINE std::size_t LedgerCore::waiting_elsewhere() const {
  LedgerFile& file = *file_.load();
  if (file.condition() == LedgerFile::Condition::cut_off) return 0;
  const LedgerTable table = table_of(file);
  std::size_t count = 0;
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    const bool waits = table.is_in(slot, SlotState::waiting) && !file.is_own(slot);
    if (waits && file.is_held(slot)) ++count;
  }
  return count;
}

CLAMS_INLINE std::vector<PromiseHolder> LedgerCore::holders() {
  const Hold hold{*this};
  if (!hold) return {};
  if (sweep(hold.file())) changed();
  return table_of(hold.file()).holders();
}

}  // namespace clams::detail
