// SPDX-License-Identifier: Apache-2.0
#include "memory/support/faulty_ledger_system.hpp"
#include "memory/support/ledger_room.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <unistd.h>

using clams::Ledger;
using clams::LedgerEntry;
using clams::PromiseAnswer;
using clams::testing::FaultyLedgerSystem;
using clams::testing::LedgerRoom;
using namespace clams::literals;

namespace {

constexpr std::array kReasons{ENOSPC, EACCES, EMFILE, ENFILE, EDEADLK, ENOLCK,
                              EINTR,  EIO,    ENOMEM, EROFS,  EAGAIN};
constexpr int kMostLedgerCalls = 300;

/// Another process's view of the same file, whose calls work.
struct Witness {
  explicit Witness(LedgerRoom& room) : ledger(options_of(room)), read(room.read()) {}

  static clams::LedgerOptions options_of(LedgerRoom& room) {
    auto options = room.options("witness");
    options.system = nullptr;
    return options;
  }
  [[nodiscard]] clams::Bytes promised() { return ledger.look(read).promised; }

  Ledger ledger;
  Ledger::ReadDevice read;
};

/// Runs `action` with call after call failing, until none is left to fail.
template <typename Action>
void with_each_call_failing(FaultyLedgerSystem& system, Action action) {
  for (const int reason : kReasons) {
    int call = 0;
    for (bool failed = true; failed && call < kMostLedgerCalls; ++call) {
      CAPTURE(reason, call);
      system.fail_after(call, reason);
      action();
      failed = system.has_failed();
    }
    CHECK(call < kMostLedgerCalls);
  }
}

/// What a request does; a refused system call may end it early.
/// @return whether it had a promise.
bool reserve_and_release(LedgerRoom& room, Ledger& ledger, Witness* witness) {
  try {
    LedgerEntry entry = ledger.enter({.need = 4_GiB});
    ledger.try_promise(entry, room.read());
    const bool is_promised = entry.is_promised();
    if (witness != nullptr) CHECK(witness->promised() == entry.promised());
    return is_promised;
  } catch (const clams::Error& error) {
    CHECK(std::string{error.what()}.find(room.folder.path().string()) != std::string::npos);
    return false;
  }
}

}  // namespace

TEST_CASE("whatever call fails, a promise is in the file, and no place is lost", "[memory]") {
  LedgerRoom room;
  FaultyLedgerSystem system;
  room.system = &system;
  Ledger ledger{room.options()};
  Witness witness{room};

  with_each_call_failing(system, [&] {
    reserve_and_release(room, ledger, &witness);
    system.fail_no_more();
    room.clock.advance(std::chrono::seconds{6});
    static_cast<void>(witness.promised());  // notices the dead
    room.clock.advance(std::chrono::seconds{6});
    CHECK(witness.ledger.holders().empty());
    CHECK(reserve_and_release(room, ledger, nullptr));
  });
}

TEST_CASE("a ledger is opened or it says why not, whatever call fails", "[memory]") {
  LedgerRoom room;
  FaultyLedgerSystem system;
  room.system = &system;

  with_each_call_failing(system, [&] {
    std::filesystem::remove_all(room.folder.path() / "ledgers");
    try {
      Ledger ledger{room.options()};
      system.fail_no_more();
      CHECK(reserve_and_release(room, ledger, nullptr));
    } catch (const clams::Error& error) {
      CHECK(std::string{error.what()}.find(room.folder.path().string()) != std::string::npos);
    }
  });
}

TEST_CASE("a promise that is split stays in the file, whatever call fails", "[memory]") {
  LedgerRoom room;
  FaultyLedgerSystem system;
  room.system = &system;
  Ledger ledger{room.options()};
  Witness witness{room};

  LedgerEntry whole = room.asked(ledger, 4_GiB);
  with_each_call_failing(system, [&] {
    std::optional<LedgerEntry> part;
    try {
      part = whole.split(1_GiB);
    } catch (const clams::Error&) {
      CHECK(whole.promised() == 4_GiB);
    }
    CHECK(witness.promised() == 4_GiB);
    part.reset();
    system.fail_no_more();
    room.clock.advance(std::chrono::seconds{6});
    static_cast<void>(witness.promised());
    room.clock.advance(std::chrono::seconds{6});
    CHECK(witness.promised() == whole.promised());
    whole = room.asked(ledger, 4_GiB);
  });
}

TEST_CASE("a lock that is held too long is an answer, not a hang", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  Ledger other{room.options()};
  LedgerEntry entry = ledger.enter({.need = 1_GiB});
  LedgerEntry second = other.enter({.need = 1_GiB});

  PromiseAnswer within{};
  ledger.try_promise(entry, [&]() -> clams::DeviceReading {
    within = other.try_promise(second, room.read()).answer;
    CHECK_THROWS_AS(other.enter({.need = 1_GiB}), clams::Error);
    return clams::DeviceMemory{.total = room.total, .free = room.free};
  });

  CHECK(within == PromiseAnswer::busy);
  CHECK(entry.is_promised());
}

TEST_CASE("a promise given up while the lock is held ends like that of a dead process",
          "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  Ledger other{room.options()};
  std::optional<LedgerEntry> entry = room.asked(ledger, 4_GiB);

  static_cast<void>(other.look([&]() -> clams::DeviceReading {
    entry.reset();
    return clams::DeviceMemory{.total = room.total, .free = room.free};
  }));
  CHECK(other.look(room.read()).promised == 4_GiB);
  room.clock.advance(std::chrono::seconds{5});

  CHECK(other.look(room.read()).promised == 0_GiB);
}

TEST_CASE("the file is not opened anew for each promise", "[memory]") {
  LedgerRoom room;
  FaultyLedgerSystem system;
  room.system = &system;
  Ledger ledger{room.options()};
  { const LedgerEntry first = room.asked(ledger, 1_GiB); }
  const int before = system.opens;

  for (int i = 0; i < 3; ++i) CHECK(room.asked(ledger, 10_GiB).is_promised());

  CHECK(system.opens == before);
}

TEST_CASE("a descriptor that a child may have is not used for another promise", "[memory]") {
  LedgerRoom room;
  FaultyLedgerSystem system;
  room.system = &system;
  Ledger ledger{room.options()};
  std::optional<LedgerEntry> first = room.asked(ledger, 1_GiB);
  const int copy = ::dup(first->descriptor());  // as a child has it
  first.reset();
  const int before = system.opens;

  const LedgerEntry second = room.asked(ledger, 1_GiB);

  CHECK(system.opens == before + 1);
  CHECK(ledger.look(room.read()).promised == 2_GiB);  // the copy keeps the first promise
  ::close(copy);
}

TEST_CASE("while the lock is held, nothing is known, nobody is listed and nothing is split",
          "[memory]") {
  LedgerRoom room;
  FaultyLedgerSystem system;
  room.system = &system;
  Ledger ledger{room.options()};
  LedgerEntry entry = room.asked(ledger, 4_GiB);
  LedgerEntry waiting = ledger.enter({.need = 1_GiB});
  constexpr int kAlways = 1'000'000'000;
  system.fail_after(0, EAGAIN, kAlways);

  CHECK(ledger.look(room.read()).answer == PromiseAnswer::busy);
  CHECK(ledger.try_promise(waiting, room.read()).answer == PromiseAnswer::busy);
  CHECK(ledger.holders().empty());
  CHECK_THROWS_AS(entry.split(1_GiB), clams::Error);
  CHECK_THROWS_AS(ledger.enter({.need = 1_GiB}), clams::Error);

  system.fail_no_more();
  CHECK(ledger.look(room.read()).promised == 4_GiB);
}

TEST_CASE("the system has no room for a file that is not open", "[memory]") {
  CHECK(clams::detail::real_ledger_system().allocate(-1, 1) == -1);
}
