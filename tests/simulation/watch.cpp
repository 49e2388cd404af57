// SPDX-License-Identifier: Apache-2.0
#include "simulation/watch.hpp"

#include <utility>

namespace clams::simulation {

using detail::SlotField;
using detail::SlotState;

void Watch::fail(const std::string& what) {
  if (failure_) return;
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(scheduler_.now());
  failure_ =
      "at " + std::to_string(microseconds.count()) + " us, " + scheduler_.name() + ": " + what;
}

void Watch::look(Files::File& file, Bytes total) {
  std::map<std::uint64_t, int> waiting;
  std::set<std::uint64_t> promised;
  Bytes sum;
  constexpr std::size_t kMost = 128;  // more are never in use; the lowest are taken first
  for (std::size_t slot = 0; slot < kMost; ++slot) {
    detail::SlotRecord& record = file.image->slots[slot];
    const std::uint64_t stored = record.state.load();
    if (stored == 0 || stored == detail::sealed_word({}, slot)) continue;
    const auto word = detail::unsealed_word(stored, slot);
    if (!word) return fail("slot " + std::to_string(slot) + " cannot be read");
    if (word->state == SlotState::free || !Files::is_held(file, slot)) continue;
    if (word->state == SlotState::waiting) {
      waiting[record.ticket.number] = record.ticket.bypass_limit;
    } else if (word->state == SlotState::promised) {
      promised.insert(record.ticket.number);
      sum += Bytes{word->amount};
    }
    if (bug_ == Bug::forgotten_bypass) {
      record.bypassed.store(detail::sealed(0, SlotField::bypassed, slot));
    }
  }
  if (sum > total) fail("over capacity: " + to_text(sum) + " promised of " + to_text(total));
  look_at_line(lines_[&file], waiting, promised);
}

void Watch::look_at_line(Line& line, const std::map<std::uint64_t, int>& waiting,
                         const std::set<std::uint64_t>& promised) {
  std::erase_if(line.waiting, [&](const auto& one) { return !waiting.contains(one.first); });
  for (const std::uint64_t later : promised) {
    if (line.promised.contains(later)) continue;
    for (auto& [earlier, state] : line.waiting) {
      if (earlier > later || ++state.overtaken <= state.limit) continue;
      fail("ticket " + std::to_string(earlier) + " was overtaken " +
           std::to_string(state.overtaken) + " times, by ticket " + std::to_string(later) +
           " last; the limit is " + std::to_string(state.limit));
    }
  }
  for (const auto& [number, limit] : waiting) line.waiting.try_emplace(number, Waiting{0, limit});
  line.promised = promised;
}

void Watch::look_at_end(const Files::File& file, Leftovers leftovers) {
  for (std::size_t slot = 0; slot < detail::kLedgerSlots; ++slot) {
    const auto word = detail::unsealed_word(file.image->slots[slot].state.load(), slot);
    if (Files::is_held(file, slot)) {
      fail("slot " + std::to_string(slot) + " of " + file.path + " is held by nobody that lives");
    }
    if (leftovers == Leftovers::expected || !word || word->state == SlotState::free) continue;
    fail("slot " + std::to_string(slot) + " of " + file.path +
         " outlived its process: " + to_text(Bytes{word->amount}));
  }
}

}  // namespace clams::simulation
