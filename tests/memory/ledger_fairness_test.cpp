// SPDX-License-Identifier: Apache-2.0
#include "memory/support/ledger_room.hpp"
#include "support/catch.hpp"

#include <optional>
#include <vector>

using clams::Ledger;
using clams::LedgerEntry;
using clams::PromiseAnswer;
using clams::testing::LedgerRoom;
using namespace clams::literals;

TEST_CASE("who came first goes first if both fit", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry first = ledger.enter({.need = 6_GiB});
  LedgerEntry second = ledger.enter({.need = 3_GiB});

  CHECK(ledger.try_promise(second, room.read()).answer == PromiseAnswer::not_my_turn);
  CHECK(ledger.try_promise(first, room.read()).answer == PromiseAnswer::promised);
  CHECK(ledger.try_promise(second, room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("the line is one for all processes", "[memory]") {
  LedgerRoom room;
  Ledger here{room.options()};
  Ledger there{room.options()};
  LedgerEntry first = here.enter({.need = 6_GiB});
  LedgerEntry second = there.enter({.need = 3_GiB});

  const auto report = there.try_promise(second, room.read());

  CHECK(report.answer == PromiseAnswer::not_my_turn);
  CHECK(report.ahead == 1);
  CHECK(there.waiting_elsewhere() == 1);
  CHECK(here.waiting_elsewhere() == 1);
}

TEST_CASE("a small request overtakes a large one that does not fit", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  const LedgerEntry holder = room.asked(ledger, 5_GiB);
  const LedgerEntry large = room.asked(ledger, 8_GiB);

  const LedgerEntry small = room.asked(ledger, 2_GiB);

  CHECK_FALSE(large.is_promised());
  CHECK(small.is_promised());
}

TEST_CASE("a large request is overtaken as often as it allows, and not once more", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  std::optional<LedgerEntry> holder = room.asked(ledger, 5_GiB);
  LedgerEntry large = room.asked(ledger, 8_GiB, 3);

  for (int i = 0; i < 3; ++i) {
    CHECK(room.asked(ledger, 1_GiB).is_promised());
  }
  LedgerEntry fourth = room.asked(ledger, 1_GiB);
  CHECK(room.last.answer == PromiseAnswer::not_my_turn);
  holder.reset();

  CHECK(ledger.try_promise(fourth, room.read()).answer == PromiseAnswer::not_my_turn);
  CHECK(ledger.try_promise(large, room.read()).answer == PromiseAnswer::promised);
  CHECK(ledger.try_promise(fourth, room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("whoever leaves the line no longer holds others up", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  std::optional<LedgerEntry> first = ledger.enter({.need = 6_GiB});
  LedgerEntry second = ledger.enter({.need = 6_GiB});
  CHECK(ledger.try_promise(second, room.read()).answer == PromiseAnswer::not_my_turn);

  first.reset();

  CHECK(ledger.try_promise(second, room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("a request that can never fit holds nobody up before its limit", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  const LedgerEntry endless = room.asked(ledger, clams::Bytes{INT64_MAX}, 1000);

  CHECK(room.last.answer == PromiseAnswer::no_room);
  CHECK(room.asked(ledger, 10_GiB).is_promised());
}

TEST_CASE("two who wait for a third one to go do not wake each other for ever", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  const LedgerEntry sleeper = ledger.enter({.need = 6_GiB});
  LedgerEntry second = ledger.enter({.need = 1_GiB});
  LedgerEntry third = ledger.enter({.need = 1_GiB});
  const auto told = ledger.try_promise(second, room.read());

  const auto again = ledger.try_promise(third, room.read());

  CHECK(again.epoch == told.epoch);  // nothing that `second` would have to look at
}

TEST_CASE("everybody in a mixed line is served, in a bounded number of rounds", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  std::vector<LedgerEntry> line;
  for (int i = 0; i < 40; ++i) {
    line.push_back(ledger.enter({.need = clams::Bytes{i % 4 == 0 ? 9 : 2} * (1 << 30)}));
  }

  int rounds = 0;
  for (; !line.empty() && rounds < 100; ++rounds) {
    for (LedgerEntry& entry : line) ledger.try_promise(entry, room.read());
    std::erase_if(line, [](const LedgerEntry& entry) { return entry.is_promised(); });
  }

  CHECK(line.empty());
  CHECK(rounds <= 40);
}
