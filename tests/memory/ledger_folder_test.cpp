// SPDX-License-Identifier: Apache-2.0
#include "memory/support/ledger_room.hpp"
#include "memory/support/strange_ledger_system.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;
using clams::Environment;
using clams::ledger_file_name;
using clams::ledger_folder;
using clams::LedgerSharing;
using clams::prepare_ledger_folder;
using clams::testing::contains_text;
using clams::testing::LedgerRoom;
using clams::testing::mode_of;
using clams::testing::StrangeLedgerSystem;
using clams::testing::TemporaryFolder;

TEST_CASE("the ledger's folder is the one that was set, else the host's, else the user's",
          "[memory]") {
  const TemporaryFolder shared;
  const Environment all{{{"CLAMS_LEDGER_DIR", "/set"}, {"XDG_RUNTIME_DIR", "/runtime"}}};
  const Environment user{{{"CLAMS_LEDGER_DIR", ""}, {"XDG_RUNTIME_DIR", "/runtime"}}};

  CHECK(ledger_folder(all, shared.path()) == "/set");
  CHECK(ledger_folder(user, shared.path()) == shared.path());
  CHECK(ledger_folder(user, "/nowhere/clams") == "/runtime/clams");
  CHECK(ledger_folder(Environment{}, "/nowhere/clams") ==
        "/dev/shm/clams-" + std::to_string(::geteuid()));
}

TEST_CASE("a missing folder is made for its owner only", "[memory]") {
  const TemporaryFolder parent;
  const fs::path folder = parent.path() / "a" / "b";

  CHECK(prepare_ledger_folder(folder) == LedgerSharing::owner);

  CHECK(mode_of(folder) == 0700U);
}

TEST_CASE("a group's folder has files that the group may write", "[memory]") {
  LedgerRoom room;
  fs::create_directory(room.folder.path() / "ledgers");
  ::chmod((room.folder.path() / "ledgers").c_str(), 02770);

  const clams::Ledger ledger{room.options()};

  CHECK(mode_of(room.file()) == 0660U);
}

TEST_CASE("a symbolic link is no folder for ledgers, with a slash behind it neither", "[memory]") {
  const TemporaryFolder parent;
  fs::create_directory(parent.path() / "real");
  fs::create_symlink(parent.path() / "real", parent.path() / "link");

  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path() / "link"),
                    contains_text("is a symbolic link or not a folder"));
  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path() / "link" / ""),
                    contains_text("set CLAMS_LEDGER_DIR"));
}

TEST_CASE("a folder that everybody may write to is refused", "[memory]") {
  const TemporaryFolder parent;
  ::chmod(parent.path().c_str(), 01777);
  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path()), contains_text("by everybody"));
  ::chmod(parent.path().c_str(), 0770);
  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path()), contains_text("mode 2770"));
}

TEST_CASE("a folder of another user is refused", "[memory]") {
  const TemporaryFolder parent;
  StrangeLedgerSystem system;
  system.folder.user = ::geteuid() + 1;

  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path(), system),
                    contains_text("belongs to user " + std::to_string(::geteuid() + 1)));
}

TEST_CASE("network file systems are refused by name", "[memory]") {
  const TemporaryFolder parent;
  StrangeLedgerSystem system;

  system.magic = 0x6969;
  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path(), system), contains_text("is on NFS"));
  system.magic = 0x65735546;
  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path(), system), contains_text("is on FUSE"));
  system.magic = 0x01021994;  // tmpfs
  CHECK_NOTHROW(prepare_ledger_folder(parent.path(), system));
}

TEST_CASE("a ledger that is no regular file of its own is refused", "[memory]") {
  LedgerRoom room;
  prepare_ledger_folder(room.file().parent_path());

  SECTION("a symbolic link") { fs::create_symlink("/dev/null", room.file()); }
  SECTION("a folder") { fs::create_directory(room.file()); }
  SECTION("a pipe") { ::mkfifo(room.file().c_str(), 0600); }
  SECTION("a second name of another file") {
    std::ofstream{room.folder.path() / "victim"} << "text";
    fs::create_hard_link(room.folder.path() / "victim", room.file());
  }

  CHECK_THROWS_AS(clams::Ledger{room.options()}, clams::Error);
}

TEST_CASE("every UUID gives a plain file name, and no two the same", "[memory]") {
  CHECK(ledger_file_name("GPU-8a56a4bc") == "GPU-8a56a4bc.ledger");
  CHECK(ledger_file_name("../x") == "%2e%2e%2fx.ledger");
  CHECK(ledger_file_name("a/b") != ledger_file_name("a_b"));
  CHECK(ledger_file_name("a%2fb") != ledger_file_name("a/b"));
  CHECK_THROWS_AS(ledger_file_name(""), clams::Error);
  CHECK_THROWS_AS(ledger_file_name(std::string(81, 'x')), clams::Error);
}

TEST_CASE("a folder that cannot be is refused by name", "[memory]") {
  const TemporaryFolder parent;
  std::ofstream{parent.path() / "file"} << "no folder";

  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path() / "file" / "below"),
                    contains_text("not a folder"));
  CHECK_THROWS_WITH(prepare_ledger_folder(parent.path() / "file"), contains_text("file"));
  CHECK_THROWS_WITH(prepare_ledger_folder(""), contains_text("empty path"));
  CHECK(prepare_ledger_folder((parent.path() / "made///").string()) == LedgerSharing::owner);
}
