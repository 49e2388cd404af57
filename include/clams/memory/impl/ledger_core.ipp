// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_core.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/scope_exit.hpp>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <unistd.h>

namespace clams::detail {

inline constexpr std::chrono::milliseconds kLongestWait{250};

class LedgerCore::Hold {
 public:
  explicit Hold(LedgerCore& core) : file_(core.lock()) {}
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  Hold(Hold&&) = delete;
  Hold& operator=(Hold&&) = delete;
  ~Hold() {
    if (file_ != nullptr) file_->unlock();
  }

  explicit operator bool() const noexcept { return file_ != nullptr; }
  [[nodiscard]] LedgerFile& file() const noexcept { return *file_; }

 private:
  LedgerFile* file_;
};

CLAMS_INLINE LedgerTable table_of(LedgerFile& file) { return {file.image(), file}; }

CLAMS_INLINE LedgerCore::LedgerCore(LedgerOptions options)
    : options_(std::move(options)),
      system_(options_.system != nullptr ? *options_.system : real_ledger_system()),
      log_("clams.ledger", options_.log),
      sharing_(prepare_ledger_folder(options_.folder, system_)),
      path_((options_.folder / ledger_file_name(options_.device)).string()),
      boot_id_(system_.boot_id()),
      pid_(::getpid()) {
  files_.push_back(std::make_unique<LedgerFile>(system_, path_, sharing_));
  file_ = files_.back().get();
  const Hold hold{*this};  // so that a file that is not sound is known now, not at a request
}

CLAMS_INLINE LedgerFile* LedgerCore::lock() {
  constexpr int kMoves = 3;
  for (int attempt = 0; attempt < kMoves; ++attempt) {
    LedgerFile* const file = file_.load();
    if (!file->lock_for(options_.lock_patience)) return nullptr;
    ScopeExit unlock{[file] { file->unlock(); }};
    if (file != file_.load()) continue;
    const LedgerFile::Condition condition = file->condition();
    if (condition == LedgerFile::Condition::removed) {
      move_to_new_file();
      continue;
    }
    if (condition == LedgerFile::Condition::cut_off) file->make_whole();
    make_sound(*file);
    unlock.release();
    return file;
  }
  return nullptr;
}

CLAMS_INLINE void LedgerCore::make_sound(LedgerFile& file) {
  LedgerTable table = table_of(file);
  if (table.is_sound(boot_id_)) return;
  const bool is_new = file.image().header.seal.magic == 0;
  if (!is_new) log_.warning("the ledger " + path_ + " is torn or of another start: rebuilt");
  table.rebuild(boot_id_);
  restore_own(file);
}

CLAMS_INLINE void LedgerCore::restore_own(LedgerFile& file) {
  LedgerTable table = table_of(file);
  const std::scoped_lock lock{seats_mutex_};
  for (LedgerSeat* seat : seats_) {
    const std::scoped_lock seat_lock{seat->mutex};
    if (seat->file == &file) table.restore(seat->slot, seat->ticket, seat->word, seat->used);
  }
}

CLAMS_INLINE bool LedgerCore::sweep(LedgerFile& file) {
  LedgerTable table = table_of(file);
  if (!table.is_readable()) restore_own(file);
  const SweepReport report = table.sweep(now_ms(), options_.grace.count());
  if (report.unreadable > 0) {
    log_.warning("the ledger " + path_ + " has " + std::to_string(report.unreadable) +
                 " records that cannot be read; each counts as the whole device for now");
  }
  return report.freed > 0;
}

CLAMS_INLINE void move_seat(LedgerSeat& seat, LedgerSeat& place) noexcept {
  const std::scoped_lock lock{seat.mutex};
  seat.descriptor = std::move(place.descriptor);
  seat.file = place.file;
  seat.slot = place.slot;
  table_of(*seat.file).restore(seat.slot, seat.ticket, seat.word, seat.used);
}

// Somebody removed the file, and others may have made a new one: our promises go there.
CLAMS_INLINE void LedgerCore::move_to_new_file() {
  auto fresh = std::make_unique<LedgerFile>(system_, path_, sharing_);
  if (!fresh->lock_for(options_.lock_patience)) return;
  const ScopeExit unlock{[file = fresh.get()] { file->unlock(); }};
  log_.warning("the ledger " + path_ + " was removed: its promises move to a new file");
  make_sound(*fresh);
  static_cast<void>(sweep(*fresh));  // a new file has no waiters yet
  const std::scoped_lock lock{seats_mutex_};
  std::vector<std::unique_ptr<LedgerSeat>> places;  // all or none: this may throw
  for (const LedgerSeat* seat : seats_) {
    places.push_back(std::make_unique<LedgerSeat>());
    places.back()->ticket = seat->ticket;
    occupy(*fresh, *places.back(), {SlotState::waiting, 0});
  }
  files_.reserve(files_.size() + 1);
  for (std::size_t index = 0; index < seats_.size(); ++index) {
    move_seat(*seats_[index], *places[index]);
  }
  files_.push_back(std::move(fresh));  // the old one stays mapped: others may look at it just now
  file_ = files_.back().get();
}

CLAMS_INLINE void LedgerCore::occupy(LedgerFile& file, LedgerSeat& seat, SlotWord word) {
  if (occupy_free(file, seat, word)) return;
  if (sweep(file)) changed();  // the dead may have left a place
  if (occupy_free(file, seat, word)) return;
  throw Error{ErrorCode::unavailable, "all " + std::to_string(kLedgerSlots) +
                                          " places of the ledger " + path_ + " are taken"};
}

// The seat's members are set last: if this throws, the seat is what it was.
CLAMS_INLINE bool LedgerCore::occupy_free(LedgerFile& file, LedgerSeat& seat, SlotWord word) {
  LedgerTable table = table_of(file);
  for (std::size_t slot = 0; slot < kLedgerSlots; ++slot) {
    if (table.word(slot) != SlotWord{}) continue;
    auto descriptor = file.hold(slot);
    if (!descriptor) continue;  // a child of its last owner still has it
    table.write(slot, seat.ticket, word);
    seat.descriptor = std::move(*descriptor);
    seat.file = &file;
    seat.slot = slot;
    seat.word = word;
    return true;
  }
  return false;
}

CLAMS_INLINE void LedgerCore::enter(LedgerSeat& seat, const PromiseRequest& request) {
  if (request.need < Bytes{0} || request.margin < Bytes{0}) {
    throw Error{ErrorCode::internal, "a promise of less than nothing: " + to_text(request.need) +
                                         ", margin " + to_text(request.margin)};
  }
  const Hold hold{*this};
  if (!hold) {
    throw Error{ErrorCode::unavailable, "the lock of the ledger " + path_ + " was held too long"};
  }
  seat.ticket = {.number = table_of(hold.file()).take_ticket(),
                 .need = std::min(request.need.count(), kWholeDevice),
                 .margin = std::min(request.margin.count(), kWholeDevice),
                 .bypass_limit = std::max(request.bypass_limit, 0),
                 .kind = request.kind,
                 .pid = pid_,
                 .owner = short_text(options_.owner),
                 .request = short_text(request.request)};
  remember(seat);
  ScopeExit undo{[&] { forget(seat); }};
  occupy(hold.file(), seat, {SlotState::waiting, 0});
  undo.release();
}

CLAMS_INLINE std::optional<RoomSums> LedgerCore::measure(LedgerFile& file,
                                                         const Ledger::ReadDevice& read,
                                                         RoomReport& report, Attempt& attempt) {
  // Before the reading: whoever frees memory from here on is a change.
  report.epoch = file.image().header.epoch.load();
  attempt.used = table_of(file).used();
  const DeviceReading reading = read();
  const auto& memory = reading.memory();
  if (!memory || !is_plausible(*memory)) {
    report.answer = PromiseAnswer::unknown;
    report.why_unknown = memory ? "the device says " + to_text(memory->free) + " of " +
                                      to_text(memory->total) + " is free"
                                : reading.why_unknown();
    return std::nullopt;
  }
  attempt.memory = *memory;
  return sums_of(file, attempt, report);
}

CLAMS_INLINE RoomSums LedgerCore::sums_of(LedgerFile& file, Attempt& attempt, RoomReport& report) {
  const LedgerTable table = table_of(file);
  attempt.used = smaller(attempt.used, table.used());
  const RoomSums sums = table.sums(attempt.memory, attempt.used);
  report.total = Bytes{sums.total};
  report.foreign = Bytes{sums.foreign};
  report.promised = Bytes{sums.promised};
  report.unsettled = Bytes{std::min(sums.foreign, sums.unsettled)};
  return sums;
}

CLAMS_INLINE RoomReport LedgerCore::try_promise(LedgerSeat& seat, const Ledger::ReadDevice& read) {
  RoomReport report;
  const Hold hold{*this};
  if (!hold) {
    report.epoch = epoch();
    return report;
  }
  LedgerFile& file = hold.file();
  Attempt attempt;
  const auto sums = measure(file, read, report, attempt);
  LedgerTable::Line line = table_of(file).line(seat.ticket.number);
  report.ahead = line.ahead;
  if (seat.word.state == SlotState::promised) {
    report.answer = PromiseAnswer::promised;
  } else if (sums) {
    grant_if_fair(file, seat, *sums, line, report);
    if (report.answer == PromiseAnswer::no_room || report.answer == PromiseAnswer::probed) {
      // Only now it is worth a call for each record to know whose owner is dead.
      if (sweep(file)) announce(file, report);
      line = table_of(file).line(seat.ticket.number);
      report.ahead = line.ahead;
      grant_if_fair(file, seat, sums_of(file, attempt, report), line, report);
    }
    if (report.answer == PromiseAnswer::not_my_turn) nudge(file, seat, attempt, report);
  }
  return report;
}

CLAMS_INLINE void LedgerCore::grant_if_fair(LedgerFile& file, LedgerSeat& seat,
                                            const RoomSums& sums, const LedgerTable::Line& line,
                                            RoomReport& report) {
  LedgerTable table = table_of(file);
  report.answer = PromiseAnswer::no_room;
  if (!sums.fits(seat.ticket.need, seat.ticket.margin)) return;
  report.answer = PromiseAnswer::probed;
  if (seat.ticket.kind == PromiseKind::probing && table.is_probed()) return;
  report.answer = PromiseAnswer::not_my_turn;
  if (line.ahead > 0 && table.blocker(seat.ticket.number, sums)) return;
  grant(file, seat, line);
  report.answer = PromiseAnswer::promised;
}

CLAMS_INLINE void LedgerCore::grant(LedgerFile& file, LedgerSeat& seat,
                                    const LedgerTable::Line& line) {
  LedgerTable table = table_of(file);
  if (line.ahead > 0) table.note_overtaken(seat.ticket.number);
  const std::scoped_lock lock{seat.mutex};
  seat.word = {SlotState::promised, seat.ticket.need};
  table.set_word(seat.slot, seat.word);
  if (line.ahead + line.behind > 0) changed();  // the turn of the next one may have come
}

CLAMS_INLINE void LedgerCore::announce(LedgerFile& file, RoomReport& report) noexcept {
  const std::uint32_t before = file.image().header.epoch.fetch_add(1);
  system_.wake(file.image().header.epoch);
  if (before == report.epoch) ++report.epoch;  // our own change is no news
}

// Tells the first in line that there is room for him; once, because two who tell each other again
// and again would never sleep. All agree on who is the first: if each told whom he saw before
// himself, the line would wake itself for ever. Who waits for more room than there is has nothing
// to be told.
CLAMS_INLINE void LedgerCore::nudge(LedgerFile& file, const LedgerSeat& seat, Attempt& attempt,
                                    RoomReport& report) noexcept {
  const LedgerTable table = table_of(file);
  const auto first = table.blocker(seat.ticket.number, table.sums(attempt.memory, attempt.used));
  if (!first || !first->may_go) return;
  if (nudged_.exchange(first->ticket) != first->ticket) announce(file, report);
}

CLAMS_INLINE RoomReport LedgerCore::look(const Ledger::ReadDevice& read) {
  RoomReport report;
  const Hold hold{*this};
  if (!hold) {
    report.epoch = epoch();
    return report;
  }
  if (sweep(hold.file())) announce(hold.file(), report);
  Attempt attempt;
  const bool is_known = measure(hold.file(), read, report, attempt).has_value();
  report.ahead = table_of(hold.file()).line(UINT64_MAX).ahead;
  if (!is_known) return report;
  report.answer = PromiseAnswer::no_room;
  if (report.available() > Bytes{0}) {
    report.answer = report.ahead > 0 ? PromiseAnswer::not_my_turn : PromiseAnswer::promised;
  }
  return report;
}

CLAMS_INLINE std::int64_t LedgerCore::now_ms() const noexcept {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return duration_cast<milliseconds>(options_.clock->steady_now().time_since_epoch()).count();
}

}  // namespace clams::detail
