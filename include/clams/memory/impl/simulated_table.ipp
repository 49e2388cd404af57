// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/simulated_table.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <cstring>

namespace clams::detail {

CLAMS_INLINE std::uint64_t sealed_figure(std::int64_t value, SimulatedField field,
                                         std::size_t place) {
  return sealed(static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)),
                static_cast<SlotField>(field), place);
}

CLAMS_INLINE std::optional<std::int64_t> figure_of(const std::atomic<std::uint64_t>& word,
                                                   SimulatedField field, std::size_t place) {
  const auto value = unsealed(word.load(), static_cast<SlotField>(field), place);
  return value ? std::optional{static_cast<std::int64_t>(*value)} : std::nullopt;
}

CLAMS_INLINE std::uint64_t checksum(const SimulatedSeal& seal) noexcept {
  std::array<std::uint64_t, sizeof(SimulatedSeal) / sizeof(std::uint64_t)> words{};
  static_assert(sizeof(words) == sizeof(SimulatedSeal));
  std::memcpy(words.data(), &seal, sizeof(words));
  return sum_of({words.data(), words.size() - 1});
}

CLAMS_INLINE bool SimulatedTable::is_sound() const noexcept {
  const SimulatedSeal& seal = image_.seal;
  return is_ours() && seal.version == kSimulatedVersion && seal.check == checksum(seal) &&
         seal.count > 0 && seal.count <= kMostSimulatedGpus;
}

CLAMS_INLINE bool SimulatedTable::is_in_use() const noexcept {
  for (std::size_t seat = 0; seat < kLedgerSlots; ++seat) {
    if (locks_.is_held(seat)) return true;
  }
  return false;
}

CLAMS_INLINE void SimulatedTable::start(const SimulatedSeal& seal) noexcept {
  for (std::size_t seat = 0; seat < kLedgerSlots; ++seat) stand_up(seat);
  for (std::size_t gpu = 0; gpu < kMostSimulatedGpus; ++gpu) {
    const std::int64_t foreign = gpu < seal.count ? seal.gpus[gpu].foreign : 0;
    set_marks(gpu, {.high_water = foreign});
  }
  image_.seal = seal;  // last: killed before, the next one begins again
}

CLAMS_INLINE void SimulatedTable::forget(std::int64_t now_ms) noexcept {
  for (std::size_t seat = 0; seat < kLedgerSlots; ++seat) {
    if (!locks_.is_held(seat)) stand_up(seat);
  }
  for (std::size_t gpu = 0; gpu < image_.seal.count; ++gpu) {
    set_marks(gpu, {.high_water = held_elsewhere(gpu, std::nullopt, now_ms)});
  }
}

// A time that is yet to come is of an earlier start of the machine.
CLAMS_INLINE bool SimulatedTable::is_back(std::size_t seat, std::int64_t lag_ms,
                                          std::int64_t now_ms) const noexcept {
  const auto alive = figure_of(image_.seats[seat].alive, SimulatedField::alive, seat);
  return !alive || *alive > now_ms || now_ms - *alive >= lag_ms;
}

CLAMS_INLINE std::int64_t SimulatedTable::longest_lag() const noexcept {
  std::int64_t longest = 0;
  for (const SimulatedLikeness& gpu : image_.seal.gpus) longest = std::max(longest, gpu.lag_ms);
  return longest;
}

CLAMS_INLINE void SimulatedTable::sweep(std::int64_t now_ms) noexcept {
  const std::int64_t lag = longest_lag();
  for (std::size_t seat = 0; seat < kLedgerSlots; ++seat) {
    const bool is_over = !is_free(seat) && is_back(seat, lag, now_ms) && !locks_.is_held(seat);
    if (is_over) stand_up(seat);
  }
}

CLAMS_INLINE std::int64_t SimulatedTable::held_elsewhere(std::size_t gpu,
                                                         std::optional<std::size_t> own,
                                                         std::int64_t now_ms) const noexcept {
  const SimulatedLikeness& like = image_.seal.gpus[gpu];
  std::int64_t sum = like.foreign;
  for (std::size_t seat = 0; seat < kLedgerSlots; ++seat) {
    if (seat == own || is_free(seat)) continue;
    const auto held = figure_of(image_.seats[seat].held[gpu], SimulatedField::held, seat);
    if (!held || *held == 0) continue;
    if (!is_back(seat, like.lag_ms, now_ms) || locks_.is_held(seat)) sum += *held;
  }
  return std::min(sum, like.capacity);
}

CLAMS_INLINE void SimulatedTable::sit_down(std::size_t seat, std::int64_t now_ms) noexcept {
  for (std::size_t gpu = 0; gpu < kMostSimulatedGpus; ++gpu) set_held(seat, gpu, 0);
  set_alive(seat, now_ms);
}

CLAMS_INLINE void SimulatedTable::set_alive(std::size_t seat, std::int64_t now_ms) noexcept {
  image_.seats[seat].alive.store(sealed_figure(now_ms, SimulatedField::alive, seat));
}

CLAMS_INLINE void SimulatedTable::set_held(std::size_t seat, std::size_t gpu,
                                           std::int64_t bytes) noexcept {
  image_.seats[seat].held[gpu].store(sealed_figure(bytes, SimulatedField::held, seat));
}

CLAMS_INLINE void SimulatedTable::stand_up(std::size_t seat) noexcept {
  image_.seats[seat].alive.store(0);
}

CLAMS_INLINE SimulatedTable::Marks SimulatedTable::marks(std::size_t gpu) const noexcept {
  const SimulatedMarks& marks = image_.marks[gpu];
  return {.high_water = figure_of(marks.high_water, SimulatedField::high_water, gpu).value_or(0),
          .failed = figure_of(marks.failed, SimulatedField::failed, gpu).value_or(0)};
}

CLAMS_INLINE void SimulatedTable::set_marks(std::size_t gpu, Marks marks) noexcept {
  SimulatedMarks& words = image_.marks[gpu];
  words.high_water.store(sealed_figure(marks.high_water, SimulatedField::high_water, gpu));
  words.failed.store(sealed_figure(marks.failed, SimulatedField::failed, gpu));
}

}  // namespace clams::detail
