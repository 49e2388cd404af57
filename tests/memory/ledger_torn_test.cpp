// SPDX-License-Identifier: Apache-2.0
#include "memory/support/faulty_ledger_system.hpp"
#include "memory/support/ledger_room.hpp"
#include "memory/support/mapped_ledger.hpp"
#include "support/catch.hpp"
#include <clams/memory/detail/ledger_system.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <optional>

namespace fs = std::filesystem;
using clams::Ledger;
using clams::LedgerEntry;
using clams::PromiseAnswer;
using clams::PromiseKind;
using clams::detail::SlotField;
using clams::testing::LedgerRoom;
using clams::testing::MappedLedger;
using namespace clams::literals;
using namespace std::chrono_literals;

namespace {

/// A ledger with a promise of 4 GiB whose owner is gone without a word.
struct DeadPromise {
  DeadPromise() {
    std::optional<LedgerEntry> entry = room.asked(owner, 4_GiB);
    static_cast<void>(other.look([&]() -> clams::DeviceReading {
      entry.reset();  // cannot take the file's lock
      return clams::DeviceMemory{.total = room.total, .free = room.free};
    }));
    CHECK(promised() == 4_GiB);  // buried now
  }

  [[nodiscard]] clams::Bytes promised() { return other.look(room.read()).promised; }

  LedgerRoom room;
  Ledger owner{room.options()};
  Ledger other{room.options()};
  MappedLedger file{room.file()};
};

/// Two processes, of which the first holds 4 of 10 GiB.
struct TwoProcesses {
  LedgerRoom room;
  Ledger owner{room.options("owner")};
  Ledger other{room.options("other")};
  MappedLedger file{room.file()};
  LedgerEntry held = room.asked(owner, 4_GiB);
};

}  // namespace

TEST_CASE("a death whose time cannot be read counts from now on", "[memory]") {
  DeadPromise dead;
  dead.room.clock.advance(std::chrono::seconds{4});
  MappedLedger::tear(dead.file.slot(0).dead_since);

  CHECK(dead.promised() == 4_GiB);
  dead.room.clock.advance(std::chrono::milliseconds{4999});
  CHECK(dead.promised() == 4_GiB);
  dead.room.clock.advance(std::chrono::milliseconds{1});
  CHECK(dead.promised() == 0_GiB);
}

TEST_CASE("a death that is yet to come counts from now on", "[memory]") {
  DeadPromise dead;
  constexpr std::uint64_t kNever = clams::detail::kCheckedLimit;
  dead.file.slot(0).dead_since = clams::detail::sealed(kNever, SlotField::dead_since, 0);

  CHECK(dead.promised() == 4_GiB);
  dead.room.clock.advance(std::chrono::seconds{5});
  CHECK(dead.promised() == 0_GiB);
}

TEST_CASE("who comes after the tickets' count was lost stands behind those who wait", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  const LedgerEntry first = ledger.enter({.need = 9_GiB, .request = "first"});
  MappedLedger file{room.file()};
  MappedLedger::tear(file.header().next_ticket);

  LedgerEntry second = ledger.enter({.need = 9_GiB, .request = "second"});

  CHECK(ledger.try_promise(second, room.read()).answer == PromiseAnswer::not_my_turn);
  CHECK(ledger.holders().at(1).position == 2);
}

TEST_CASE("a promise that cannot be read leaves no room until its owner restores it", "[memory]") {
  TwoProcesses two;
  MappedLedger::tear(two.file.slot(0).state);

  LedgerEntry asking = two.room.asked(two.other, 1_GiB);
  CHECK(two.room.last.answer == PromiseAnswer::no_room);
  CHECK(two.room.log.text().find("1 records that cannot be read") != std::string::npos);
  static_cast<void>(two.owner.look(two.room.read()));

  CHECK(two.other.try_promise(asking, two.room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("whose place in the line cannot be read holds nobody up", "[memory]") {
  LedgerRoom room;
  Ledger one{room.options()};
  Ledger other{room.options()};
  LedgerEntry first = one.enter({.need = 4_GiB});
  LedgerEntry second = other.enter({.need = 4_GiB});
  MappedLedger file{room.file()};
  CHECK(other.try_promise(second, room.read()).answer == PromiseAnswer::not_my_turn);

  file.tear_ticket(0);

  CHECK(other.try_promise(second, room.read()).answer == PromiseAnswer::promised);
  CHECK(one.try_promise(first, room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("a run of which nobody can read what it is may be a probing one", "[memory]") {
  TwoProcesses two;
  LedgerEntry probing = two.other.enter({.need = 1_GiB, .kind = PromiseKind::probing});
  two.file.tear_ticket(0);

  CHECK(two.other.try_promise(probing, two.room.read()).answer == PromiseAnswer::probed);
}

TEST_CASE("who may have been overtaken too often is overtaken no more", "[memory]") {
  TwoProcesses two;
  const LedgerEntry large = two.other.enter({.need = 8_GiB});
  LedgerEntry small = two.owner.enter({.need = 1_GiB});
  MappedLedger::tear(two.file.slot(1).bypassed);

  CHECK(two.owner.try_promise(small, two.room.read()).answer == PromiseAnswer::not_my_turn);
}

TEST_CASE("people see a promise of which only the amount can be read", "[memory]") {
  TwoProcesses two;
  two.held.set_used(2_GiB);
  MappedLedger::tear(two.file.slot(0).used);
  two.file.tear_ticket(0);

  const auto holders = two.other.holders();

  REQUIRE(holders.size() == 1);
  CHECK(holders[0].promised == 4_GiB);
  CHECK(holders[0].owner == "?");
  CHECK(holders[0].request == "?");
  CHECK(holders[0].used == 0_GiB);
}

TEST_CASE("a promise given up after the file was removed does not come back", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  std::optional<LedgerEntry> entry = room.asked(ledger, 4_GiB);
  fs::remove(room.file());

  entry.reset();

  CHECK(ledger.look(room.read()).promised == 0_GiB);
  CHECK(Ledger{room.options()}.holders().empty());
}

TEST_CASE("a ledger that cannot move to the new file is busy, and moves later", "[memory]") {
  LedgerRoom room;
  auto impatient = room.options();
  impatient.lock_patience = 1ms;
  Ledger owner{impatient};
  const LedgerEntry entry = room.asked(owner, 4_GiB);
  fs::remove(room.file());
  Ledger other{room.options()};

  static_cast<void>(other.look([&]() -> clams::DeviceReading {
    CHECK(owner.look(room.read()).answer == PromiseAnswer::busy);
    return clams::DeviceMemory{.total = room.total, .free = room.free};
  }));

  CHECK(owner.look(room.read()).promised == 4_GiB);
  CHECK(other.look(room.read()).promised == 4_GiB);
}

TEST_CASE("a thread that waits too long for another one's turn is told so", "[memory]") {
  LedgerRoom room;
  auto impatient = room.options();
  impatient.lock_patience = 1ms;
  Ledger ledger{impatient};

  static_cast<void>(ledger.look([&]() -> clams::DeviceReading {
    auto beside = std::async(std::launch::async, [&] { return ledger.look(room.read()).answer; });
    CHECK(beside.get() == PromiseAnswer::busy);
    return clams::DeviceMemory{.total = room.total, .free = room.free};
  }));

  CHECK(ledger.look(room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("who has left the line while its lock was held is not waited for", "[memory]") {
  LedgerRoom room;
  Ledger leaving{room.options()};
  Ledger other{room.options()};
  std::optional<LedgerEntry> entry = leaving.enter({.need = 11_GiB});
  CHECK(other.waiting_elsewhere() == 1);

  static_cast<void>(other.look([&]() -> clams::DeviceReading {
    entry.reset();
    return clams::DeviceMemory{.total = room.total, .free = room.free};
  }));

  CHECK(other.waiting_elsewhere() == 0);
}

TEST_CASE("who cannot ask for less still asks for all of it", "[memory]") {
  LedgerRoom room;
  clams::testing::FaultyLedgerSystem system;
  room.system = &system;
  Ledger ledger{room.options()};
  LedgerEntry entry = ledger.enter({.need = 11_GiB});
  constexpr int kAlways = 1'000'000'000;
  system.fail_after(0, EAGAIN, kAlways);
  CHECK_FALSE(entry.ask_less(1_GiB));
  system.fail_no_more();
  CHECK(ledger.try_promise(entry, room.read()).answer == PromiseAnswer::no_room);

  CHECK(entry.ask_less(1_GiB));
  CHECK(ledger.try_promise(entry, room.read()).answer == PromiseAnswer::promised);
  const LedgerEntry moved = std::move(entry);
  CHECK_FALSE(entry.ask_less(1_GiB));  // NOLINT(bugprone-use-after-move): it stands for nothing
}

TEST_CASE("nobody sleeps on words of which one has changed, or when the time is over", "[memory]") {
  std::atomic<std::uint32_t> one{1};
  std::atomic<std::uint32_t> other{2};
  std::array words{clams::detail::WatchedWord{.word = &one, .expected = 1},
                   clams::detail::WatchedWord{.word = &other, .expected = 1}};
  auto& system = clams::detail::real_ledger_system();
  const auto start = std::chrono::steady_clock::now();

  system.wait(words, std::chrono::hours{1});
  words[1].expected = 2;
  system.wait(words, -std::chrono::hours{1'000'000});  // before the machine was started

  CHECK(std::chrono::steady_clock::now() - start < std::chrono::minutes{1});
}
