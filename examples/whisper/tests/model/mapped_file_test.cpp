// SPDX-License-Identifier: Apache-2.0
#include "model/mapped_file.hpp"

#include "model/lock_file.hpp"
#include "model/support/model_writers.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <span>
#include <string>

using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
using namespace whisper;
using whisper::testing::text_of;

TEST_CASE("a mapped file keeps its bytes while another takes its name", "[whisper]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  clams::write_file_atomically(path, "old");
  const MappedFile mapped{path};

  clams::write_file_atomically(path, "new bytes");

  CHECK(text_of(mapped.bytes()) == "old");
  CHECK(mapped.path() == path);
}

TEST_CASE("what was forgotten of a file is there when it is looked at again", "[whisper]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  const std::string text(100'000, 'a');
  clams::write_file_atomically(path, text);
  const MappedFile mapped{path};
  const std::string elsewhere(100'000, 'b');

  mapped.forget(mapped.bytes().subspan(10));
  mapped.forget(std::as_bytes(std::span{elsewhere}));

  CHECK(text_of(mapped.bytes()) == text);
  CHECK(elsewhere == std::string(100'000, 'b'));
}

TEST_CASE("an empty file has no bytes", "[whisper]") {
  const TemporaryFolder folder;
  clams::write_file_atomically(folder.path() / "file", "");

  CHECK(MappedFile{folder.path() / "file"}.bytes().empty());
}

TEST_CASE("what cannot be mapped says why", "[whisper]") {
  const TemporaryFolder folder;

  CHECK_THROWS_WITH(MappedFile{folder.path() / "none"},
                    contains_text("open " + folder.path().string()));
  CHECK_THROWS_WITH(MappedFile{folder.path()}, contains_text("is not a regular file"));
}

TEST_CASE("a lock is free again when its holder is gone", "[whisper]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "lock";
  {
    const LockFile held{path, "it is being done"};
    CHECK_THROWS_WITH((LockFile{path, "it is being done"}),
                      contains_text("it is being done by another process"));
  }
  CHECK_NOTHROW(LockFile{path, "it is being done"});
}
