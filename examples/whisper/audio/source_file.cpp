// SPDX-License-Identifier: Apache-2.0
#include "audio/source_file.hpp"

#include <clams/util/error.hpp>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace whisper {

SourceFile::SourceFile(const AudioSource& source, std::string name)
    : name_(std::move(name)), bytes_(source.bytes) {
  if (bytes_) {
    size_ = static_cast<std::int64_t>(bytes_->size());
  } else {
    open(source.path);
  }
}

void SourceFile::open(const std::filesystem::path& path) {
  // Without O_NONBLOCK the open of a pipe would wait for its writer.
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) fail("open");
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) {
    const int reason = errno;
    ::close(descriptor_);
    errno = reason;
    fail("stat");
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw clams::Error{clams::ErrorCode::io, name_ + ": it is not a regular file"};
  }
  size_ = status.st_size;
}

SourceFile::~SourceFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::size_t SourceFile::read_at(std::int64_t offset, std::span<std::byte> bytes) const {
  if (bytes_) {
    const auto from = static_cast<std::size_t>(std::clamp<std::int64_t>(offset, 0, size_));
    const auto piece = bytes_->subspan(from, std::min(bytes.size(), bytes_->size() - from));
    std::copy(piece.begin(), piece.end(), bytes.begin());
    return piece.size();
  }
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto got = ::pread(descriptor_, bytes.data() + done, bytes.size() - done,
                             offset + static_cast<std::int64_t>(done));
    if (got == 0) break;
    if (got < 0 && errno != EINTR) fail("read");
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  return done;
}

void SourceFile::fail(const char* call) const {
  const auto code = errno == ENOENT ? clams::ErrorCode::not_found : clams::ErrorCode::io;
  throw clams::Error{code, name_ + ": " + call + ": " + std::generic_category().message(errno)};
}

}  // namespace whisper
