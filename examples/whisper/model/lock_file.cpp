// SPDX-License-Identifier: Apache-2.0
#include "model/lock_file.hpp"

#include <clams/util/error.hpp>

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace whisper {

namespace {

clams::Error system_failure(const char* call, const std::filesystem::path& path, int reason) {
  return {clams::ErrorCode::io,
          std::string{call} + ' ' + path.string() + ": " + std::generic_category().message(reason)};
}

}  // namespace

LockFile::LockFile(const std::filesystem::path& path, std::string_view what)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)) {
  if (file_ < 0) throw system_failure("open", path, errno);
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  const int reason = errno;
  ::close(file_);
  if (reason != EWOULDBLOCK) throw system_failure("flock", path, reason);
  throw clams::Error{clams::ErrorCode::unavailable,
                     std::string{what} + " by another process: try again when that is done"};
}

LockFile::~LockFile() { ::close(file_); }

}  // namespace whisper
