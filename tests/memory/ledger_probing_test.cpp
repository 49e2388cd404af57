// SPDX-License-Identifier: Apache-2.0
#include "memory/support/ledger_room.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"

#include <csignal>
#include <optional>
#include <unistd.h>

using clams::Ledger;
using clams::LedgerEntry;
using clams::PromiseAnswer;
using clams::PromiseKind;
using clams::testing::LedgerRoom;
using namespace clams::literals;

namespace {

LedgerEntry probing(Ledger& ledger, clams::Bytes need = 2_GiB) {
  return ledger.enter({.need = need, .kind = PromiseKind::probing});
}

}  // namespace

TEST_CASE("one probing run at a time is promised memory, whoever asks", "[memory]") {
  LedgerRoom room;
  Ledger here{room.options()};
  Ledger there{room.options()};
  std::optional<LedgerEntry> first = probing(here);
  LedgerEntry second = probing(there);
  CHECK(here.try_promise(*first, room.read()).answer == PromiseAnswer::promised);

  CHECK(there.try_promise(second, room.read()).answer == PromiseAnswer::probed);
  first.reset();

  CHECK(there.try_promise(second, room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("a probing run that waits for another one holds nobody up", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry first = probing(ledger);
  ledger.try_promise(first, room.read());
  LedgerEntry second = probing(ledger);
  ledger.try_promise(second, room.read());

  CHECK(room.asked(ledger, 2_GiB).is_promised());
}

TEST_CASE("a probing run overtakes nobody who came earlier and fits", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry first = probing(ledger);
  LedgerEntry second = probing(ledger);

  CHECK(ledger.try_promise(second, room.read()).answer == PromiseAnswer::not_my_turn);
  CHECK(ledger.try_promise(first, room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("the model that a probing run has loaded is no probing run", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  std::optional<LedgerEntry> run = probing(ledger, 4_GiB);
  ledger.try_promise(*run, room.read());
  const LedgerEntry model = run->split(1_GiB);
  run.reset();
  LedgerEntry next = probing(ledger);

  CHECK(ledger.try_promise(next, room.read()).answer == PromiseAnswer::promised);
}

TEST_CASE("a probing run that was killed does not count as one", "[memory]") {
  LedgerRoom room;
  clams::testing::ChildProcess child{[&room] {
    Ledger ledger{room.options()};
    LedgerEntry run = probing(ledger);
    ledger.try_promise(run, room.read());
    ::kill(::getpid(), SIGKILL);
    return 0;
  }};
  static_cast<void>(child.wait());
  Ledger ledger{room.options()};
  LedgerEntry next = probing(ledger);

  CHECK(ledger.try_promise(next, room.read()).answer == PromiseAnswer::promised);
}
