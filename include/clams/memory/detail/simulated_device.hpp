// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/memory/simulated_gpu_options.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/clock.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace clams::detail {

/// The books of one simulated GPU: plain figures, without clock or lock, so that they can be kept
/// elsewhere than in this process.
///
/// Ownership: a value.
/// Threads: confined.
/// Errors: none.
struct SimulatedDevice {
  struct Block {
    Bytes size;
    int owner;
  };
  struct Dying {
    Bytes size;
    Clock::SteadyTime until;
  };

  SimulatedGpuOptions options;
  Bytes foreign = options.foreign;
  std::map<std::uintptr_t, Block> blocks = {};
  Bytes in_blocks = Bytes{0};  // the sum of their sizes
  std::vector<Dying> dying = {};
  Bytes elsewhere = Bytes{0};  // what other processes have, if it is shared with them
  Bytes high_water = foreign;  // the most that was ever busy
  std::int64_t failed = 0;     // allocations that there was no room for
  int fails_in = 0;            // this many allocations from now; zero: none
  bool is_lost = false;
  std::string why_unreadable = {};

  /// What the books of this process hold.
  [[nodiscard]] Bytes own() const {
    Bytes sum = foreign + in_blocks;
    for (const Dying& left : dying) sum += left.size;
    return sum;
  }
  [[nodiscard]] Bytes busy() const { return elsewhere + own(); }
  void note_use() { high_water = std::max(high_water, busy()); }
  [[nodiscard]] Bytes free() const { return options.capacity - busy(); }

  /// What an allocation takes; at least one unit, as CUDA does.
  [[nodiscard]] Bytes rounded(Bytes asked) const {
    const std::int64_t unit = options.rounding.count();
    return Bytes{std::max<std::int64_t>(1, (asked.count() + unit - 1) / unit) * unit};
  }
  [[nodiscard]] bool has_room_for(Bytes size) const {
    const bool in_one_piece = options.largest_block == Bytes{0} || size <= options.largest_block;
    return in_one_piece && size <= free();
  }
  /// Whether the allocation that is asked for now was meant to fail.
  [[nodiscard]] bool is_to_fail_now() { return fails_in > 0 && --fails_in == 0; }

  void add(std::uintptr_t address, Block block) {
    blocks.emplace(address, block);
    in_blocks += block.size;
  }
  /// The size of the block that was there, or nothing.
  [[nodiscard]] std::optional<Bytes> remove(std::uintptr_t address) {
    const auto found = blocks.find(address);
    if (found == blocks.end()) return std::nullopt;
    const Bytes size = found->second.size;
    in_blocks -= size;
    blocks.erase(found);
    return size;
  }

  /// Memory whose time is over is free.
  void settle(Clock::SteadyTime now) {
    std::erase_if(dying, [now](const Dying& left) { return left.until <= now; });
  }
  void kill(int owner, Clock::SteadyTime now) {
    Bytes held;
    std::erase_if(blocks, [&](const auto& entry) {
      const bool is_theirs = entry.second.owner == owner;
      if (is_theirs) held += entry.second.size;
      return is_theirs;
    });
    in_blocks -= held;
    dying.push_back({held, now + options.lag.value_or(std::chrono::nanoseconds{0})});
    settle(now);
  }
  [[nodiscard]] DeviceReading read() const {
    if (is_lost) return DeviceReading::unknown("GPU is lost");
    if (!why_unreadable.empty()) return DeviceReading::unknown(why_unreadable);
    return DeviceMemory{options.capacity, std::max(Bytes{0}, free())};
  }
};

}  // namespace clams::detail
