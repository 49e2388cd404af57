// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/device_slots.hpp>
#include <clams/memory/placement.hpp>

#include <cstdint>
#include <future>
#include <vector>

using clams::DeviceSlots;
using clams::placement_order;
using clams::PlacementOption;
using clams::PlacementPolicy;
using namespace clams::literals;

namespace {

using Order = std::vector<std::size_t>;

/// Four devices with 4 GiB to spare, on which nothing runs.
std::vector<PlacementOption> four_devices() {
  std::vector<PlacementOption> options;
  for (std::size_t device = 0; device < 4; ++device) {
    options.push_back({.device = device, .spare = 4_GiB});
  }
  return options;
}

Order order(PlacementPolicy policy, const std::vector<PlacementOption>& options,
            std::size_t turn = 0) {
  return placement_order(policy, options, turn, 4);
}

}  // namespace

TEST_CASE("best fit takes the fullest device that has room", "[memory]") {
  auto options = four_devices();
  options[0].spare = 3_GiB;
  options[1].spare = clams::Bytes{-1};
  options[2].spare = 1_GiB;

  CHECK(order(PlacementPolicy::best_fit, options) == Order{2, 0, 3, 1});
}

TEST_CASE("best fit takes a device with the model before a fuller one, if it has room",
          "[memory]") {
  auto options = four_devices();
  options[0].spare = 1_GiB;
  options[3].is_warm = true;
  CHECK(order(PlacementPolicy::best_fit, options) == Order{3, 0, 1, 2});

  options[3].spare = clams::Bytes{-1};

  CHECK(order(PlacementPolicy::best_fit, options) == Order{0, 1, 2, 3});
}

TEST_CASE("of devices that fit alike, best fit takes the one with the fewest requests",
          "[memory]") {
  auto options = four_devices();
  options[0].load = 2;
  options[1].load = 1;
  options[2].load = 3;
  options[3].load = 1;

  CHECK(order(PlacementPolicy::best_fit, options) == Order{1, 3, 0, 2});
}

TEST_CASE("round robin begins one device further each time, and passes by those without room",
          "[memory]") {
  auto options = four_devices();
  CHECK(order(PlacementPolicy::round_robin, options, 0) == Order{0, 1, 2, 3});
  CHECK(order(PlacementPolicy::round_robin, options, 6) == Order{2, 3, 0, 1});

  options[2].is_full = true;
  options[1].is_warm = true;  // does not matter here

  CHECK(order(PlacementPolicy::round_robin, options, 6) == Order{3, 0, 1, 2});
}

TEST_CASE("least loaded takes the device with the fewest requests, then the emptiest", "[memory]") {
  auto options = four_devices();
  options[0].load = 1;
  options[1].spare = 5_GiB;
  options[2].is_warm = true;

  CHECK(order(PlacementPolicy::least_loaded, options) == Order{1, 2, 3, 0});
}

TEST_CASE("what is chosen comes first under every policy, and pinned leaves nothing else",
          "[memory]") {
  auto options = four_devices();
  options[2].is_chosen = true;
  options[2].spare = clams::Bytes{-1};
  options[0].is_warm = true;

  CHECK(order(PlacementPolicy::best_fit, options).front() == 2);
  CHECK(order(PlacementPolicy::round_robin, options).front() == 2);
  CHECK(order(PlacementPolicy::least_loaded, options).front() == 2);
  CHECK(order(PlacementPolicy::pinned, options) == Order{2});
}

TEST_CASE("a model that is pinned nowhere stays where it was loaded first", "[memory]") {
  auto options = four_devices();
  CHECK(order(PlacementPolicy::pinned, options).size() == 4);

  options[1].is_warm = true;
  options[1].is_full = true;

  CHECK(order(PlacementPolicy::pinned, options) == Order{1});
}

TEST_CASE("a better rung comes before a worse one, wherever that is, and the processor stays",
          "[memory]") {
  std::vector<PlacementOption> options = four_devices();
  options.push_back({.rung = 1, .device = 0, .is_chosen = true, .is_warm = true, .spare = 9_GiB});
  options.push_back({.rung = 2});

  CHECK(order(PlacementPolicy::best_fit, options) == Order{0, 1, 2, 3, 4, 5});
  CHECK(order(PlacementPolicy::pinned, options) == Order{0, 1, 2, 3, 4, 5});
}

TEST_CASE("the processor takes no turn and is never full, pinned or not", "[memory]") {
  std::vector<PlacementOption> options = four_devices();
  options.insert(options.begin(), {.rung = 0});
  options[4].is_chosen = true;
  CHECK(order(PlacementPolicy::round_robin, options, 1) == Order{4, 2, 3, 1, 0});
  CHECK(order(PlacementPolicy::pinned, options) == Order{4, 0});

  options[4].is_chosen = false;
  options[4].is_warm = true;

  CHECK(order(PlacementPolicy::pinned, options) == Order{4, 0});
}

/// A slot in which a request runs, if there was one.
DeviceSlots::Slot taken(DeviceSlots& slots, std::uint64_t arrival) {
  DeviceSlots::Slot slot = slots.take(arrival);
  if (slot) slots.keep(slot);
  return slot;
}

TEST_CASE("a device has as many slots as it may run requests, and no fewer after they ended",
          "[memory]") {
  DeviceSlots slots{2};
  auto first = taken(slots, 1);
  const auto second = taken(slots, 2);

  CHECK(first);
  CHECK(second);
  CHECK_FALSE(taken(slots, 3));
  CHECK(slots.is_full());
  first.reset();

  CHECK(slots.in_use() == 1);
  CHECK(taken(slots, 3));
}

TEST_CASE("a slot goes to who came first, even if somebody else asks first", "[memory]") {
  DeviceSlots slots{1};
  auto running = taken(slots, 1);
  CHECK_FALSE(taken(slots, 2));
  CHECK_FALSE(taken(slots, 3));
  running.reset();

  CHECK_FALSE(taken(slots, 3));
  CHECK_FALSE(taken(slots, 4));
  slots.leave_line(2);

  CHECK(taken(slots, 3));
}

TEST_CASE("without a limit there is always a slot, and they are counted", "[memory]") {
  DeviceSlots slots{0};
  std::vector<DeviceSlots::Slot> all;
  for (std::uint64_t arrival = 1; arrival <= 100; ++arrival) all.push_back(taken(slots, arrival));

  CHECK(slots.in_use() == 100);
  CHECK_FALSE(slots.is_full());
}

TEST_CASE("who finds the last slot on trial waits for how the trial ends", "[memory]") {
  DeviceSlots slots{1};
  auto first = slots.take(1);
  auto second = std::async(std::launch::async, [&] { return taken(slots, 2) != nullptr; });
  const bool is_run = GENERATE(true, false);

  if (is_run) {
    slots.keep(first);
  } else {
    first.reset();
  }

  CHECK(second.get() == !is_run);
  CHECK(slots.has_line() == is_run);
}

TEST_CASE("a slot on trial that is given back is nobody's", "[memory]") {
  DeviceSlots slots{2};
  { const auto first = slots.take(1); }

  CHECK(slots.in_use() == 0);
  CHECK(taken(slots, 2));
  CHECK_FALSE(slots.has_line());
}

TEST_CASE("each policy has a name", "[memory]") {
  CHECK(clams::placement_name(PlacementPolicy::best_fit) == "best_fit");
  CHECK(clams::placement_name(PlacementPolicy::round_robin) == "round_robin");
  CHECK(clams::placement_name(PlacementPolicy::least_loaded) == "least_loaded");
  CHECK(clams::placement_name(PlacementPolicy::pinned) == "pinned");
}
