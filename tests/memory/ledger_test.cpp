// SPDX-License-Identifier: Apache-2.0
#include "memory/support/ledger_room.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using clams::Bytes;
using clams::Ledger;
using clams::LedgerEntry;
using clams::PromiseAnswer;
using clams::RoomReport;
using clams::testing::LedgerRoom;
using namespace clams::literals;

TEST_CASE("what fits is promised, what does not fit is not", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};

  const LedgerEntry first = room.asked(ledger, 6_GiB);
  CHECK(room.last.answer == PromiseAnswer::promised);
  const LedgerEntry second = room.asked(ledger, 5_GiB);

  CHECK(room.last.answer == PromiseAnswer::no_room);
  CHECK(room.last.promised == 6_GiB);
  CHECK(room.last.available() == 4_GiB);
  CHECK(first.promised() == 6_GiB);
  CHECK_FALSE(second.is_promised());
}

TEST_CASE("the whole device may be promised, and not a byte more", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};

  { CHECK(room.asked(ledger, 10_GiB).is_promised()); }
  { CHECK_FALSE(room.asked(ledger, 10_GiB + 1_B).is_promised()); }
  LedgerEntry with_margin = ledger.enter({.need = 10_GiB, .margin = 1_B});
  CHECK(ledger.try_promise(with_margin, room.read()).answer == PromiseAnswer::no_room);
}

TEST_CASE("two ledgers of one device share what is left", "[memory]") {
  LedgerRoom room;
  Ledger here{room.options()};
  Ledger there{room.options()};

  std::optional<LedgerEntry> first = room.asked(here, 6_GiB);
  LedgerEntry second = room.asked(there, 6_GiB);
  CHECK(room.last.answer == PromiseAnswer::no_room);
  first.reset();

  CHECK(there.try_promise(second, room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("ledgers of different devices know nothing of each other", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  auto options = room.options();
  options.device = "GPU-2";
  Ledger other{options};

  const LedgerEntry first = room.asked(ledger, 10_GiB);
  const LedgerEntry second = room.asked(other, 10_GiB);

  CHECK(first.is_promised());
  CHECK(second.is_promised());
}

TEST_CASE("what others use counts, what promise holders use counts once", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry holder = room.asked(ledger, 4_GiB);

  room.free = 5_GiB;  // 3 GiB of the holder, 2 GiB of somebody
  holder.set_used(3_GiB);
  const RoomReport report = ledger.look(room.read());

  CHECK(report.foreign == 2_GiB);
  CHECK(report.promised == 4_GiB);
  CHECK(report.available() == 4_GiB);
}

TEST_CASE("what a holder uses beyond its promise counts as foreign", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry holder = room.asked(ledger, 4_GiB);

  room.free = 4_GiB;
  holder.set_used(6_GiB);

  CHECK(ledger.look(room.read()).foreign == 2_GiB);
}

TEST_CASE("memory in use that changes while the device is read errs to refusal", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry holder = room.asked(ledger, 4_GiB);
  room.free = 6_GiB;
  holder.set_used(4_GiB);

  const RoomReport lowered = ledger.look([&]() -> clams::DeviceReading {
    holder.set_used(1_GiB);
    return clams::DeviceMemory{.total = room.total, .free = room.free};
  });
  const RoomReport raised = ledger.look([&]() -> clams::DeviceReading {
    holder.set_used(4_GiB);
    return clams::DeviceMemory{.total = room.total, .free = room.free};
  });

  CHECK(lowered.foreign == 3_GiB);
  CHECK(raised.foreign == 3_GiB);
}

TEST_CASE("a device that cannot be read is unknown, neither full nor free", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry entry = ledger.enter({.need = 1_GiB});

  const auto report = ledger.try_promise(
      entry, [] { return clams::DeviceReading::unknown("the driver does not answer"); });

  CHECK(report.answer == PromiseAnswer::unknown);
  CHECK(report.why_unknown == "the driver does not answer");
  CHECK_FALSE(entry.is_promised());
}

TEST_CASE("figures that cannot be true are unknown", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry entry = ledger.enter({.need = 1_GiB});

  room.free = room.total + 1_GiB;
  const auto report = ledger.try_promise(entry, room.read());

  CHECK(report.answer == PromiseAnswer::unknown);
  CHECK(report.why_unknown == "the device says 11GiB of 10GiB is free");
}

TEST_CASE("an exception while the device is read leaves no promise and no lock", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry entry = ledger.enter({.need = 1_GiB});

  CHECK_THROWS_AS(ledger.try_promise(
                      entry, []() -> clams::DeviceReading { throw std::runtime_error{"broken"}; }),
                  std::runtime_error);

  CHECK_FALSE(entry.is_promised());
  CHECK(ledger.try_promise(entry, room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("a promise that was made smaller leaves room", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry entry = room.asked(ledger, 8_GiB);

  entry.shrink_to(3_GiB);
  entry.shrink_to(9_GiB);  // never larger

  CHECK(entry.promised() == 3_GiB);
  CHECK(ledger.look(room.read()).available() == 7_GiB);
}

TEST_CASE("a promise is split without a moment in which others could take it", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  std::optional<LedgerEntry> request = room.asked(ledger, 10_GiB);

  const LedgerEntry model = request->split(7_GiB);
  CHECK(model.promised() == 7_GiB);
  CHECK(request->promised() == 3_GiB);
  CHECK(ledger.look(room.read()).available() == 0_GiB);
  request.reset();

  CHECK(ledger.look(room.read()).available() == 3_GiB);
  CHECK_THROWS_AS(room.asked(ledger, 1_GiB).split(2_GiB), clams::Error);
}

TEST_CASE("people see who holds what", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options("whisper")};
  LedgerEntry entry = ledger.enter({.need = 4_GiB, .request = "request-17"});
  const LedgerEntry waiting = ledger.enter({.need = 9_GiB});
  ledger.try_promise(entry, room.read());
  entry.set_used(1_GiB);

  const auto holders = ledger.holders();

  REQUIRE(holders.size() == 2);
  CHECK(holders[0].owner == "whisper");
  CHECK(holders[0].request == "request-17");
  CHECK(holders[0].promised == 4_GiB);
  CHECK(holders[0].used == 1_GiB);
  CHECK(holders[0].state == clams::PromiseHolder::State::promised);
  CHECK(holders[1].state == clams::PromiseHolder::State::waiting);
  CHECK_FALSE(waiting.is_promised());
}

TEST_CASE("a full ledger takes nobody in, and loses no place", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  std::vector<LedgerEntry> entries;
  for (int i = 0; i < 256; ++i) entries.push_back(ledger.enter({.need = 1_B}));

  CHECK_THROWS_WITH(ledger.enter({.need = 1_B}),
                    clams::testing::contains_text("all 256 places of the ledger"));
  entries.pop_back();

  CHECK_NOTHROW(ledger.enter({.need = 1_B}));
}

TEST_CASE("whoever waits for a change sees one that came before", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  std::optional<LedgerEntry> holder = room.asked(ledger, 10_GiB);
  const LedgerEntry waiting = room.asked(ledger, 1_GiB);
  const RoomReport seen = room.last;

  holder.reset();
  const auto start = clams::real_clock().steady_now();
  ledger.wait_for_change(seen, std::chrono::hours{1});

  CHECK(clams::real_clock().steady_now() - start < std::chrono::milliseconds{200});
}

TEST_CASE("who waits is told when a holder says how much it uses", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry holder = room.asked(ledger, 4_GiB);
  room.free = 6_GiB;  // the holder's, and not told yet
  LedgerEntry waiting = room.asked(ledger, 5_GiB);
  REQUIRE_FALSE(waiting.is_promised());
  CHECK(room.last.unsettled == 4_GiB);
  const auto epoch = ledger.epoch();

  holder.set_used(4_GiB);

  CHECK(ledger.epoch() != epoch);
  const RoomReport report = ledger.try_promise(waiting, room.read());
  CHECK(report.unsettled == 0_B);
  CHECK(waiting.is_promised());
}

TEST_CASE("nobody is told of more in use while nobody waits", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry holder = room.asked(ledger, 4_GiB);
  const auto epoch = ledger.epoch();

  holder.set_used(4_GiB);

  CHECK(ledger.epoch() == epoch);
}

TEST_CASE("whoever waits for several devices is woken by any of them", "[memory]") {
  LedgerRoom room;
  Ledger first{room.options()};
  clams::LedgerOptions of_second = room.options();
  of_second.device = "GPU-2";
  Ledger second{of_second};
  const std::array seen{Ledger::Seen{.ledger = &first, .epoch = first.epoch()},
                        Ledger::Seen{.ledger = &second, .epoch = second.epoch()}};
  const auto start = clams::real_clock().steady_now();
  std::jthread other;
  SECTION("beforehand") { second.wake(); }
  SECTION("meanwhile") {
    other = std::jthread{[&](const std::stop_token& stop) {
      while (!stop.stop_requested()) second.wake();
    }};
  }

  Ledger::wait_for_change(seen, std::chrono::hours{1});

  CHECK(clams::real_clock().steady_now() - start < std::chrono::milliseconds{200});
}

TEST_CASE("an entry that was moved away stands for nothing", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry entry = room.asked(ledger, 4_GiB);
  const LedgerEntry kept = std::move(entry);

  // NOLINTBEGIN(bugprone-use-after-move): what is left is what the test is about
  entry.set_used(1_GiB);
  entry.shrink_to(1_GiB);
  CHECK_FALSE(entry.is_promised());
  CHECK(entry.promised() == 0_B);
  CHECK(entry.descriptor() == -1);
  CHECK_THROWS_WITH(entry.split(0_B), clams::testing::contains_text("moved away"));
  CHECK_THROWS_WITH(ledger.try_promise(entry, room.read()),
                    clams::testing::contains_text("not of this ledger"));
  // NOLINTEND(bugprone-use-after-move)
  CHECK(kept.promised() == 4_GiB);
}

TEST_CASE("an entry that is moved to itself stays", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry entry = room.asked(ledger, 4_GiB);
  LedgerEntry& same = entry;

  entry = std::move(same);

  CHECK(ledger.look(room.read()).promised == 4_GiB);
}

TEST_CASE("an entry asks its own ledger only, and for no less than nothing", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  Ledger other{room.options()};
  LedgerEntry entry = room.asked(other, 4_GiB);

  CHECK_THROWS_WITH(ledger.try_promise(entry, room.read()),
                    clams::testing::contains_text("not of this ledger"));
  CHECK_THROWS_WITH(entry.split(0_B - 1_B), clams::testing::contains_text("cannot split"));
  CHECK_THROWS_WITH(ledger.enter({.need = 0_B - 1_B}),
                    clams::testing::contains_text("less than nothing"));
  CHECK_THROWS_WITH(ledger.enter({.need = 1_B, .margin = 0_B - 1_B}),
                    clams::testing::contains_text("less than nothing"));
}

TEST_CASE("who has a promise is promised it again", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry entry = room.asked(ledger, 4_GiB);

  CHECK(ledger.try_promise(entry, room.read()).answer == PromiseAnswer::promised);
  CHECK(ledger.look(room.read()).promised == 4_GiB);
}

TEST_CASE("a promise is made smaller only, and a place in the line is no promise", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry entry = room.asked(ledger, 4_GiB);
  LedgerEntry waiting = ledger.enter({.need = 2_GiB});

  entry.shrink_to(5_GiB);
  waiting.shrink_to(1_GiB);

  CHECK(entry.promised() == 4_GiB);
  CHECK(waiting.promised() == 0_B);
  CHECK(ledger.try_promise(waiting, room.read()).promised == 4_GiB);
  CHECK(waiting.promised() == 2_GiB);
}

TEST_CASE("without patience nobody waits, and without ledgers there is nothing to wait for",
          "[memory]") {
  LedgerRoom room;
  const Ledger ledger{room.options()};
  const std::array seen{Ledger::Seen{.ledger = &ledger, .epoch = ledger.epoch()}};
  const auto start = clams::real_clock().steady_now();

  Ledger::wait_for_change(seen, std::chrono::milliseconds{0});
  Ledger::wait_for_change(std::span<const Ledger::Seen>{}, std::chrono::hours{1});

  CHECK(clams::real_clock().steady_now() - start < std::chrono::milliseconds{200});
}

TEST_CASE("figures beyond any device are unknown, and so are negative ones", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  const clams::Bytes huge{std::int64_t{1} << 50U};

  room.free = 0_B - 1_B;
  CHECK(ledger.look(room.read()).answer == PromiseAnswer::unknown);
  room.free = room.total = huge;
  CHECK(ledger.look(room.read()).answer == PromiseAnswer::unknown);
}
