// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_core.hpp>
#include <clams/memory/ledger.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace clams {

struct LedgerEntry::Slot : detail::LedgerSeat {};

struct Ledger::Impl {
  explicit Impl(LedgerOptions options)
      : core(std::make_shared<detail::LedgerCore>(std::move(options))) {}

  std::shared_ptr<detail::LedgerCore> core;
};

CLAMS_INLINE Bytes RoomReport::available() const {
  return std::max(Bytes{0}, total - foreign - promised);
}

CLAMS_INLINE LedgerEntry::LedgerEntry(std::unique_ptr<Slot> slot) : slot_(std::move(slot)) {}

CLAMS_INLINE LedgerEntry::LedgerEntry(LedgerEntry&& other) noexcept = default;

CLAMS_INLINE LedgerEntry& LedgerEntry::operator=(LedgerEntry&& other) noexcept {
  if (this == &other) return *this;
  if (slot_) slot_->core->leave(*slot_);
  slot_ = std::move(other.slot_);
  return *this;
}

CLAMS_INLINE LedgerEntry::~LedgerEntry() {
  if (slot_) slot_->core->leave(*slot_);
}

CLAMS_INLINE bool LedgerEntry::is_promised() const noexcept {
  if (!slot_) return false;
  const std::scoped_lock lock{slot_->mutex};
  return slot_->word.state == detail::SlotState::promised;
}

CLAMS_INLINE Bytes LedgerEntry::promised() const noexcept {
  if (!is_promised()) return Bytes{0};
  const std::scoped_lock lock{slot_->mutex};
  return Bytes{slot_->word.amount};
}

CLAMS_INLINE void LedgerEntry::set_used(Bytes used) noexcept {
  if (slot_) slot_->core->set_used(*slot_, used.count());
}

CLAMS_INLINE LedgerEntry LedgerEntry::split(Bytes part, std::string_view request) {
  if (part < Bytes{0} || part > promised()) {
    throw Error{ErrorCode::internal,
                "cannot split " + to_text(part) + " off a promise of " + to_text(promised())};
  }
  if (!slot_) throw Error{ErrorCode::internal, "cannot split an entry that was moved away"};
  auto slot = std::make_unique<Slot>();
  slot->core = slot_->core;
  slot->ticket = slot_->ticket;
  if (!request.empty()) slot->ticket.request = detail::short_text(request);
  slot_->core->split(*slot_, *slot, part.count());
  return LedgerEntry{std::move(slot)};
}

CLAMS_INLINE bool LedgerEntry::ask_less(Bytes need) {
  return slot_ && slot_->core->ask_less(*slot_, need.count());
}

CLAMS_INLINE void LedgerEntry::shrink_to(Bytes amount) noexcept {
  if (slot_) slot_->core->shrink(*slot_, amount.count());
}

CLAMS_INLINE int LedgerEntry::descriptor() const noexcept {
  if (!slot_) return -1;
  slot_->is_shown = true;
  return slot_->descriptor.get();
}

CLAMS_INLINE Ledger::Ledger(LedgerOptions options)
    : impl_(std::make_shared<Impl>(std::move(options))) {}

CLAMS_INLINE Ledger::~Ledger() = default;

CLAMS_INLINE LedgerEntry Ledger::enter(const PromiseRequest& request) {
  auto slot = std::make_unique<LedgerEntry::Slot>();
  slot->core = impl_->core;
  impl_->core->enter(*slot, request);
  return LedgerEntry{std::move(slot)};
}

CLAMS_INLINE RoomReport Ledger::try_promise(LedgerEntry& entry, const ReadDevice& read) {
  if (!entry.slot_ || entry.slot_->core != impl_->core) {
    throw Error{ErrorCode::internal, "the entry is not of this ledger"};
  }
  return impl_->core->try_promise(*entry.slot_, read);
}

CLAMS_INLINE RoomReport Ledger::look(const ReadDevice& read) { return impl_->core->look(read); }

CLAMS_INLINE void Ledger::wait_for_change(const RoomReport& report,
                                          std::chrono::milliseconds patience) {
  wait_for_change(std::array{Seen{.ledger = this, .epoch = report.epoch}}, patience);
}

CLAMS_INLINE void Ledger::wait_for_change(std::span<const Seen> seen,
                                          std::chrono::milliseconds patience) {
  std::vector<detail::LedgerCore::Seen> cores;
  cores.reserve(seen.size());
  for (const Seen& one : seen) cores.push_back({one.ledger->impl_->core.get(), one.epoch});
  detail::LedgerCore::wait(cores, patience);
}

CLAMS_INLINE std::uint32_t Ledger::epoch() const noexcept { return impl_->core->epoch(); }

CLAMS_INLINE void Ledger::wake() noexcept { impl_->core->changed(); }

CLAMS_INLINE std::size_t Ledger::waiting_elsewhere() const {
  return impl_->core->waiting_elsewhere();
}

CLAMS_INLINE std::vector<PromiseHolder> Ledger::holders() const { return impl_->core->holders(); }

CLAMS_INLINE const LedgerOptions& Ledger::options() const noexcept {
  return impl_->core->options();
}

}  // namespace clams
