// SPDX-License-Identifier: Apache-2.0
#include "memory/support/ledger_room.hpp"
#include "memory/support/strange_ledger_system.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <unistd.h>

namespace fs = std::filesystem;
using clams::Ledger;
using clams::LedgerSharing;
using clams::prepare_ledger_folder;
using clams::testing::contains_text;
using clams::testing::LedgerRoom;
using clams::testing::StrangeLedgerSystem;
using clams::testing::TemporaryFolder;
using namespace clams::literals;

namespace {

constexpr gid_t kGroupOfOthers = 4'242'424;

uid_t another_user() { return ::geteuid() + 1; }

/// A folder of somebody else's that this group shares.
StrangeLedgerSystem::Ownership shared_with(gid_t group) {
  return {.user = another_user(), .group = group, .permissions = 02770};
}

}  // namespace

TEST_CASE("a folder of another user's that our group shares is good", "[memory]") {
  const TemporaryFolder parent;
  StrangeLedgerSystem system;
  system.folder = shared_with(::getegid());

  CHECK(prepare_ledger_folder(parent.path(), system) == LedgerSharing::group);
}

TEST_CASE("a folder that a group of others shares is refused", "[memory]") {
  const TemporaryFolder parent;
  StrangeLedgerSystem system;
  system.folder = shared_with(kGroupOfOthers);

  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path(), system),
                    contains_text("belongs to user " + std::to_string(another_user())));
}

TEST_CASE("a folder whose group may not write is its owner's alone", "[memory]") {
  const TemporaryFolder parent;
  StrangeLedgerSystem system;
  system.folder = {.permissions = 02750};

  CHECK(prepare_ledger_folder(parent.path(), system) == LedgerSharing::owner);
}

TEST_CASE("a folder of root's is good", "[memory]") {
  StrangeLedgerSystem system;
  system.folder = {.user = 0, .permissions = 0755};

  CHECK(prepare_ledger_folder("/", system) == LedgerSharing::owner);
}

TEST_CASE("a folder that another process makes at the same time is used", "[memory]") {
  const TemporaryFolder parent;
  StrangeLedgerSystem system;
  system.fail_after(0, ENOENT);  // it was not there when it was opened first

  CHECK(prepare_ledger_folder(parent.path(), system) == LedgerSharing::owner);
  CHECK(system.has_failed());
}

TEST_CASE("a folder whose parents cannot be made is refused by name", "[memory]") {
  CHECK_THROWS_WITH(prepare_ledger_folder("/proc/nowhere/ledgers"),
                    contains_text("mkdir for /proc/nowhere/ledgers"));
}

TEST_CASE("a folder behind links that lead to each other is refused", "[memory]") {
  const TemporaryFolder parent;
  fs::create_symlink(parent.path() / "loop", parent.path() / "loop");

  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path() / "loop" / "ledgers"),
                    contains_text("is a symbolic link or not a folder"));
}

TEST_CASE("a ledger of another user's in a folder of our own is refused", "[memory]") {
  LedgerRoom room;
  StrangeLedgerSystem system;
  room.system = &system;
  system.file.user = another_user();

  CHECK_THROWS_WITH(Ledger{room.options()},
                    contains_text("belongs to user " + std::to_string(another_user())));
}

TEST_CASE("a ledger that another one of the group has made is used as it is", "[memory]") {
  LedgerRoom room;
  StrangeLedgerSystem system;
  room.system = &system;
  system.folder = shared_with(::getegid());
  system.file.user = another_user();
  Ledger ledger{room.options()};

  CHECK(room.asked(ledger, 4_GiB).is_promised());
  CHECK(system.chmods == 0);  // only its owner may
}

TEST_CASE("a ledger that cannot be shared with the group is refused by name", "[memory]") {
  LedgerRoom room;
  StrangeLedgerSystem system;
  room.system = &system;
  system.folder.permissions = 02770;
  system.chmod_reason = EPERM;

  CHECK_THROWS_WITH(Ledger{room.options()}, contains_text("fchmod " + room.file().string()));
}

TEST_CASE("another file in place of the ledger is not mistaken for it", "[memory]") {
  LedgerRoom room;
  Ledger ledger{room.options()};
  fs::rename(room.file(), room.folder.path() / "kept");
  const Ledger other{room.options()};

  CHECK_THROWS_WITH(ledger.enter({.need = 1_GiB}), contains_text("was replaced by another file"));
}

TEST_CASE("while it cannot be told who holds a lock, nobody is taken for dead", "[memory]") {
  LedgerRoom room;
  StrangeLedgerSystem system;
  Ledger owner{room.options()};
  const auto entry = room.asked(owner, 4_GiB);
  room.system = &system;
  Ledger other{room.options()};

  system.ask_reason = GENERATE(EINTR, EIO);
  static_cast<void>(other.look(room.read()));
  room.clock.advance(std::chrono::seconds{6});

  CHECK(other.look(room.read()).promised == 4_GiB);
  CHECK(other.holders().at(0).state == clams::PromiseHolder::State::promised);
}

TEST_CASE("a lock that cannot be given back ends with its ledger", "[memory]") {
  LedgerRoom room;
  StrangeLedgerSystem system;
  room.system = &system;
  std::optional<Ledger> ledger{room.options()};
  system.unlock_reason = ENOLCK;
  static_cast<void>(ledger->look(room.read()));
  CHECK(ledger->look(room.read()).answer == clams::PromiseAnswer::promised);  // its own: no matter

  system.unlock_reason = 0;
  ledger.reset();

  CHECK(Ledger{room.options()}.look(room.read()).answer == clams::PromiseAnswer::promised);
}
