// SPDX-License-Identifier: Apache-2.0
#include "memory/support/faulty_ledger_system.hpp"
#include "memory/support/ledger_room.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include <clams/memory/detail/ledger_record.hpp>
#include <clams/util/files.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <unistd.h>

namespace fs = std::filesystem;
using clams::Ledger;
using clams::LedgerEntry;
using clams::detail::LedgerImage;
using clams::testing::ChildProcess;
using clams::testing::LedgerRoom;
using namespace clams::literals;

namespace {

void flip_bit(const fs::path& file, std::size_t byte, unsigned bit) {
  std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
  stream.seekg(static_cast<std::streamoff>(byte));
  const int old = stream.get();
  stream.seekp(static_cast<std::streamoff>(byte));
  stream.put(static_cast<char>(static_cast<unsigned>(old) ^ (1U << bit)));
}

void past_grace(LedgerRoom& room, Ledger& ledger) {
  static_cast<void>(ledger.look(room.read()));  // notices the dead
  room.clock.advance(std::chrono::seconds{5});
}

/// A process that has a promise of 4 GiB, uses 1 GiB of it, and lives until it is killed.
ChildProcess holder_of_4_gib(LedgerRoom& room) {
  return ChildProcess{[&room] {
    Ledger ledger{room.options("child")};
    LedgerEntry entry = room.asked(ledger, 4_GiB);
    entry.set_used(1_GiB);
    std::cerr << "promised" << std::endl;
    while (true) ::pause();
    return 0;
  }};
}

}  // namespace

TEST_CASE("no flipped bit of the file lets more be promised than there is", "[memory]") {
  LedgerRoom room;
  Ledger owner{room.options()};
  Ledger other{room.options()};
  LedgerEntry entry = room.asked(owner, 4_GiB);
  room.free = 8_GiB;
  entry.set_used(2_GiB);

  constexpr std::size_t kUsedPart = 128 + 128;  // header and first slot
  for (std::size_t byte = 0; byte < kUsedPart; ++byte) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      CAPTURE(byte, bit);
      flip_bit(room.file(), byte, bit);
      CHECK(other.look(room.read()).available() <= 6_GiB);
      CHECK(owner.look(room.read()).available() == 6_GiB);  // its owner restores it
      entry.set_used(2_GiB);
    }
  }
}

TEST_CASE("a file cut off anywhere keeps the promises of those who live", "[memory]") {
  LedgerRoom room;
  Ledger owner{room.options()};
  Ledger other{room.options()};
  LedgerEntry entry = room.asked(owner, 4_GiB);

  for (const std::size_t size : {0U, 1U, 64U, 127U, 128U, 129U, 200U, 255U, 256U, 4096U, 32895U}) {
    CAPTURE(size);
    fs::resize_file(room.file(), size);
    entry.set_used(1_GiB);
    CHECK(other.look(room.read()).available() <= 6_GiB);
    CHECK(owner.look(room.read()).promised == 4_GiB);
    CHECK(other.look(room.read()).promised == 4_GiB);
  }
  CHECK(fs::file_size(room.file()) == sizeof(LedgerImage));
}

TEST_CASE("a file of anything is rebuilt, and that is logged", "[memory]") {
  LedgerRoom room;
  clams::prepare_ledger_folder(room.file().parent_path());
  std::ofstream{room.file()} << std::string(50000, 'x');

  Ledger ledger{room.options()};
  past_grace(room, ledger);

  CHECK(room.asked(ledger, 10_GiB).is_promised());
  CHECK(room.log.text().find("is torn or of another start: rebuilt") != std::string::npos);
}

TEST_CASE("promises of an earlier start of the machine are void", "[memory]") {
  LedgerRoom room;
  clams::testing::FaultyLedgerSystem system;
  room.system = &system;
  system.boot = "earlier";
  std::string before;
  {
    Ledger ledger{room.options()};
    const LedgerEntry entry = room.asked(ledger, 4_GiB);
    before = clams::read_file(room.file());
  }
  std::ofstream{room.file(), std::ios::binary} << before;  // as a power cut leaves it
  system.boot = "now";

  Ledger ledger{room.options()};

  CHECK(ledger.look(room.read()).promised == 0_GiB);
}

TEST_CASE("a ledger of another version is rebuilt from the locks that are held", "[memory]") {
  LedgerRoom room;
  Ledger owner{room.options()};
  const LedgerEntry entry = room.asked(owner, 4_GiB);
  flip_bit(room.file(), 8, 1);                                         // the version
  for (unsigned i = 0; i < 8; ++i) flip_bit(room.file(), 128 + i, i);  // another layout

  Ledger newer{room.options()};

  CHECK(newer.look(room.read()).available() == 0_GiB);  // lost: the whole device
  CHECK(owner.look(room.read()).promised == 4_GiB);
  CHECK(newer.look(room.read()).promised == 4_GiB);
}

TEST_CASE("the promises move along when somebody removes the file", "[memory]") {
  LedgerRoom room;
  Ledger owner{room.options()};
  LedgerEntry entry = room.asked(owner, 4_GiB);
  entry.set_used(1_GiB);

  fs::remove(room.file());
  static_cast<void>(owner.look(room.read()));
  Ledger newcomer{room.options()};

  CHECK(newcomer.look(room.read()).promised == 4_GiB);
  entry.shrink_to(3_GiB);
  CHECK(newcomer.look(room.read()).promised == 3_GiB);
  REQUIRE(newcomer.holders().size() == 1);
  CHECK(newcomer.holders()[0].used == 1_GiB);
}

TEST_CASE("what a killed process was promised counts until the grace time is over", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  {
    ChildProcess child = holder_of_4_gib(room);
    child.wait_for_stderr("promised");
    CHECK(ledger.look(room.read()).promised == 4_GiB);
    child.signal(SIGKILL);
    static_cast<void>(child.wait());
  }

  CHECK(ledger.look(room.read()).promised == 4_GiB);
  REQUIRE(ledger.holders().size() == 1);
  CHECK(ledger.holders()[0].state == clams::PromiseHolder::State::dead);
  room.clock.advance(std::chrono::milliseconds{4999});
  CHECK(ledger.look(room.read()).promised == 4_GiB);
  room.clock.advance(std::chrono::milliseconds{1});
  CHECK(ledger.look(room.read()).promised == 0_GiB);
}

TEST_CASE("a process that is stopped keeps its promise, however long", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  ChildProcess child = holder_of_4_gib(room);
  child.wait_for_stderr("promised");
  child.signal(SIGSTOP);

  for (int i = 0; i < 3; ++i) past_grace(room, ledger);

  CHECK(ledger.look(room.read()).promised == 4_GiB);
  static_cast<void>(room.asked(ledger, 7_GiB));
  CHECK(room.last.answer == clams::PromiseAnswer::no_room);
}

TEST_CASE("a killed process loses its place in the line at once", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  ChildProcess child{[&room] {
    Ledger theirs{room.options()};
    const LedgerEntry first = theirs.enter({.need = 9_GiB});
    std::cerr << "waiting" << std::endl;
    while (true) ::pause();
    return 0;
  }};
  child.wait_for_stderr("waiting");
  LedgerEntry second = ledger.enter({.need = 9_GiB});
  CHECK(ledger.try_promise(second, room.read()).answer == clams::PromiseAnswer::not_my_turn);

  child.signal(SIGKILL);
  static_cast<void>(child.wait());

  CHECK(ledger.try_promise(second, room.read()).answer == clams::PromiseAnswer::promised);
}

TEST_CASE("a child that inherits the descriptor keeps the promise when its parent dies",
          "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  ChildProcess parent{[&room] {
    Ledger theirs{room.options("parent")};
    const LedgerEntry entry = room.asked(theirs, 4_GiB);
    const pid_t child = ::fork();
    if (child == 0) {
      ::fcntl(entry.descriptor(), F_SETFD, 0);
      ::execl("/bin/sleep", "sleep", "60", nullptr);
      ::_exit(1);
    }
    ::usleep(100000);  // until exec has closed the rest
    std::cerr << "child " << child << " started" << std::endl;
    while (true) ::pause();
    return 0;
  }};
  const std::string said = parent.wait_for_stderr("started");
  const pid_t child = std::stoi(said.substr(said.find("child ") + 6));

  parent.signal(SIGKILL);
  past_grace(room, ledger);
  past_grace(room, ledger);
  CHECK(ledger.look(room.read()).promised == 4_GiB);
  ::kill(child, SIGKILL);
  while (ledger.holders().at(0).state != clams::PromiseHolder::State::dead) ::usleep(1000);
  past_grace(room, ledger);

  CHECK(ledger.look(room.read()).promised == 0_GiB);
}

TEST_CASE("a file that is cut off is left alone by those who do not hold its lock", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  LedgerEntry entry = room.asked(ledger, 4_GiB);
  const std::array seen{Ledger::Seen{.ledger = &ledger, .epoch = 0}};

  fs::resize_file(room.file(), 0);
  ledger.wake();
  entry.shrink_to(3_GiB);
  Ledger::wait_for_change(seen, std::chrono::hours{1});

  CHECK(ledger.epoch() == 0);
  CHECK(ledger.waiting_elsewhere() == 0);
  CHECK(fs::file_size(room.file()) == 0);
  CHECK(ledger.look(room.read()).promised == 3_GiB);
}
