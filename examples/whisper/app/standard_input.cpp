// SPDX-License-Identifier: Apache-2.0
#include "app/standard_input.hpp"

#include <clams/util/error.hpp>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace whisper {

namespace {

[[noreturn]] void fail(const std::string& call) {
  throw clams::Error{clams::ErrorCode::io, call + ": " + std::strerror(errno)};
}

}  // namespace

clams::MediaFile spool(int descriptor) {
  const int memory = ::memfd_create("stdin", MFD_CLOEXEC);
  if (memory < 0) fail("memfd_create");
  clams::MediaFile file{memory, "-"};
  constexpr std::size_t kPiece = std::size_t{1} << 16U;
  std::vector<char> piece(kPiece);
  for (;;) {
    const auto got = ::read(descriptor, piece.data(), piece.size());
    if (got == 0) return file;
    if (got < 0 && errno != EINTR) fail("read");
    if (got > 0) file.write(std::string_view{piece.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace whisper
