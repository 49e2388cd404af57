// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/util/error.hpp>
#include <clams/util/media_file.hpp>

#include <array>
#include <cstddef>
#include <fcntl.h>
#include <sys/stat.h>

using clams::MediaFile;
using clams::open_media_file;
using clams::testing::contains_text;
using clams::testing::TemporaryFolder;

TEST_CASE("an open file stays the one that was opened", "[util]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.wav";
  clams::write_file_atomically(path, "the first");

  const MediaFile file = open_media_file(path);
  clams::write_file_atomically(path, "another");

  CHECK(file.read() == "the first");
  CHECK(file.size() == 9);
  CHECK(clams::read_file(file.path_by_descriptor()) == "the first");
  CHECK(file.path() == path);
}

TEST_CASE("a file is read at any place", "[util]") {
  const TemporaryFolder folder;
  clams::write_file_atomically(folder.path() / "a", "0123456789");
  const MediaFile file = open_media_file(folder.path() / "a");
  std::array<std::byte, 4> bytes{};

  CHECK(file.read_at(8, bytes) == 2);
  CHECK(bytes[0] == std::byte{'8'});
  CHECK(file.read_at(10, bytes) == 0);
}

TEST_CASE("what is no regular file is refused without waiting for it", "[util]") {
  const TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);

  for (const std::string& path :
       {pipe.string(), folder.path().string(), std::string{"/dev/zero"}, std::string{"/dev/tty"},
        std::string{"/proc/self/environ"}, std::string{"/sys/kernel/notes"}}) {
    CAPTURE(path);
    CHECK_THROWS_AS(open_media_file(path), clams::Error);
  }
  CHECK_THROWS_WITH(open_media_file(pipe), contains_text("not a regular file"));
  CHECK_THROWS_WITH(open_media_file("/proc/self/environ"), contains_text("not a regular file"));
}

TEST_CASE("a file that is not there is told apart from one that cannot be read", "[util]") {
  try {
    (void)open_media_file("/no/such/file");
    FAIL("was opened");
  } catch (const clams::Error& error) {
    CHECK(error.code() == clams::ErrorCode::not_found);
  }
}

TEST_CASE("a file can change hands", "[util]") {
  const TemporaryFolder folder;
  clams::write_file_atomically(folder.path() / "a", "text");
  MediaFile first = open_media_file(folder.path() / "a");

  MediaFile second = std::move(first);
  const int descriptor = second.release();

  CHECK(second.descriptor() == -1);
  const MediaFile third{descriptor, "a"};
  CHECK(third.read() == "text");
}

TEST_CASE("a temporary file has no name, and is gone when it is closed", "[util]") {
  int descriptor = -1;
  {
    MediaFile file = clams::make_temporary_file();
    descriptor = file.descriptor();
    file.write("work");
    CHECK(file.read() == "work");
    CHECK(clams::read_file(file.path_by_descriptor()) == "work");
    struct stat status {};
    CHECK(::fstat(descriptor, &status) == 0);
    CHECK(status.st_nlink == 0);
  }
  CHECK(::fcntl(descriptor, F_GETFD) == -1);
}
