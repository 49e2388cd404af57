// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/peak_files.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace clams::detail {

template <typename Result>
Result or_errno(Result result) {
  return result < 0 ? static_cast<Result>(-errno) : result;
}

class RealPeakFiles final : public PeakFiles {
 public:
  int open(int folder, const std::string& name, int flags, mode_t mode) override {
    return or_errno(::openat(folder, name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode));
  }
  int make_folder(int folder, const std::string& name, mode_t mode) override {
    return or_errno(::mkdirat(folder, name.c_str(), mode));
  }
  int close(int file) override { return or_errno(::close(file)); }
  int status(int file, struct stat& status) override { return or_errno(::fstat(file, &status)); }
  int status_of(int folder, const std::string& name, struct stat& status) override {
    return or_errno(::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW));
  }
  ssize_t read(int file, std::span<char> buffer) override {
    return or_errno(::read(file, buffer.data(), buffer.size()));
  }
  ssize_t write(int file, std::string_view text) override {
    return or_errno(::write(file, text.data(), text.size()));
  }
  int sync(int file) override { return or_errno(::fsync(file)); }
  int lock(int file, std::chrono::milliseconds patience) override;
  int rename(int folder, const std::string& from, const std::string& to) override {
    return or_errno(::renameat(folder, from.c_str(), folder, to.c_str()));
  }
  int remove(int folder, const std::string& name) override {
    return or_errno(::unlinkat(folder, name.c_str(), 0));
  }
  int entries(int folder, std::vector<std::string>& names) override;
};

// Asked again and again, because flock() has no deadline, and whoever holds the lock for ever must
// not hold us.
CLAMS_INLINE int RealPeakFiles::lock(int file, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::chrono::microseconds pause{100};
  while (true) {
    const int result = or_errno(::flock(file, LOCK_EX | LOCK_NB));
    const bool is_held = result == -EWOULDBLOCK || result == -EINTR;
    if (!is_held || std::chrono::steady_clock::now() >= deadline) return result;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds{3200});
  }
}

CLAMS_INLINE int RealPeakFiles::entries(int folder, std::vector<std::string>& names) {
  const int own = or_errno(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (own < 0) return own;
  DIR* stream = ::fdopendir(own);
  if (stream == nullptr) {
    const int reason = -errno;
    ::close(own);
    return reason;
  }
  errno = 0;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
    errno = 0;
  }
  const int reason = -errno;
  ::closedir(stream);
  return reason;
}

CLAMS_INLINE PeakFiles& real_peak_files() {
  static RealPeakFiles files;
  return files;
}

}  // namespace clams::detail
