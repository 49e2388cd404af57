// SPDX-License-Identifier: Apache-2.0
#include "model/mapped_file.hpp"

#include "model/lock_file.hpp"
#include "model/support/model_writers.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

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
