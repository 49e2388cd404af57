// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/detail/simulated_table.hpp>

#include <memory>
#include <set>

using clams::detail::SimulatedImage;
using clams::detail::SimulatedSeal;
using clams::detail::SimulatedTable;

namespace {

/// Whose processes live, as a test says.
struct Living final : clams::detail::SlotLocks {
  [[nodiscard]] bool is_held(std::size_t slot) const noexcept override {
    return slots.contains(slot);
  }
  std::set<std::size_t> slots;
};

/// An image with one GPU of 1000 bytes, 100 of them taken from the start, and a lag of 50 ms.
struct Table {
  Table() {
    SimulatedSeal seal{.magic = clams::detail::kSimulatedMagic,
                       .version = clams::detail::kSimulatedVersion,
                       .count = 1};
    seal.gpus[0] = {.capacity = 1000, .foreign = 100, .rounding = 1, .lag_ms = 50};
    seal.check = clams::detail::checksum(seal);
    table.start(seal);
  }
  void hold(std::size_t seat, std::int64_t bytes, std::int64_t now_ms) {
    table.sit_down(seat, now_ms);
    table.set_held(seat, 0, bytes);
    living.slots.insert(seat);
  }
  [[nodiscard]] std::int64_t used(std::int64_t now_ms) const {
    return table.held_elsewhere(0, std::nullopt, now_ms);
  }

  std::unique_ptr<SimulatedImage> image = std::make_unique<SimulatedImage>();
  Living living;
  SimulatedTable table{*image, living};
};

}  // namespace

TEST_CASE("what the living hold counts, whenever they were last heard of", "[memory]") {
  Table lab;
  lab.hold(0, 300, 1000);
  lab.hold(7, 200, 1000);

  CHECK(lab.used(999999) == 600);
  CHECK(lab.table.held_elsewhere(0, 7, 999999) == 400);
}

TEST_CASE("what the dead held counts for the lag, from when they were last heard of", "[memory]") {
  Table lab;
  lab.hold(3, 300, 1000);
  lab.table.set_alive(3, 2000);
  lab.living.slots.clear();

  CHECK(lab.used(2049) == 400);
  CHECK(lab.used(2050) == 100);
  lab.table.sweep(2049);
  CHECK_FALSE(lab.table.is_free(3));
  lab.table.sweep(2050);
  CHECK(lab.table.is_free(3));
}

TEST_CASE("what was held before the machine was started again is free", "[memory]") {
  Table lab;
  lab.hold(3, 300, 5000000);
  lab.living.slots.clear();

  CHECK(lab.used(10) == 100);
}

TEST_CASE("a figure that cannot be read counts as nothing, and harms no other", "[memory]") {
  Table lab;
  lab.hold(0, 300, 1000);
  lab.hold(1, 200, 1000);
  lab.image->seats[0].held[0] ^= 1U;

  CHECK(lab.used(1000) == 300);
  lab.image->marks[0].high_water ^= 1U;
  CHECK(lab.table.marks(0).high_water == 0);
}

TEST_CASE("a seal that was changed anywhere is not sound", "[memory]") {
  const Table lab;
  CHECK(lab.table.is_sound());

  lab.image->seal.gpus[0].capacity += 1;

  CHECK_FALSE(lab.table.is_sound());
  CHECK(lab.table.is_ours());
}
