// SPDX-License-Identifier: Apache-2.0
#include "model/mapped_file.hpp"

#include "model/lock_file.hpp"
#include "model/support/model_writers.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <span>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

using clams::testing::contains_text;
using clams::testing::TemporaryFolder;
using namespace whisper;
using whisper::testing::text_of;

namespace {

void drop_from_memory(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(file >= 0);
  CHECK(::fsync(file) == 0);
  CHECK(::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0);
  ::close(file);
}

/// All of its pages.
bool is_in_memory(const MappedFile& mapped) {
  const auto bytes = mapped.bytes();
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((bytes.size() + page - 1) / page);
  REQUIRE(::mincore(const_cast<std::byte*>(bytes.data()), bytes.size(), pages.data()) == 0);
  return std::all_of(pages.begin(), pages.end(), [](auto flags) { return (flags & 1U) != 0; });
}

}  // namespace

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

TEST_CASE("the system reads a file ahead when it is told to", "[whisper]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  clams::write_file_atomically(path, std::string(8'000'000, 'a'));
  drop_from_memory(path);
  const MappedFile mapped{path};
  if (is_in_memory(mapped)) CLAMS_SKIP("this file system keeps files in memory");

  mapped.read_ahead();

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!is_in_memory(mapped) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  CHECK(is_in_memory(mapped));
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
