// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace clams::detail {

/// The system calls of the peak store, one by one, so that tests can make any of them fail with any
/// errno. Files are named within an open folder, never by a path that somebody could swap.
///
/// Ownership: an interface; users borrow it. Descriptors belong to the caller (`PeakFile`).
/// Threads: implementations are thread-safe; hooks may be entered concurrently.
/// Errors: a call that fails returns the negative errno; interrupted calls are the caller's to
///   repeat.
class PeakFiles {
 public:
  PeakFiles() = default;
  PeakFiles(const PeakFiles&) = delete;
  PeakFiles& operator=(const PeakFiles&) = delete;
  PeakFiles(PeakFiles&&) = delete;
  PeakFiles& operator=(PeakFiles&&) = delete;
  virtual ~PeakFiles() = default;

  /// A descriptor of `name` in `folder` (AT_FDCWD: a path); O_CLOEXEC and O_NOFOLLOW are added.
  virtual int open(int folder, const std::string& name, int flags, mode_t mode) = 0;
  virtual int make_folder(int folder, const std::string& name, mode_t mode) = 0;
  virtual int close(int file) = 0;
  /// Of an open file, or of `name` in it, which is not followed if it is a link.
  virtual int status(int file, struct stat& status) = 0;
  virtual int status_of(int folder, const std::string& name, struct stat& status) = 0;
  virtual ssize_t read(int file, std::span<char> buffer) = 0;
  virtual ssize_t write(int file, std::string_view text) = 0;
  virtual int sync(int file) = 0;
  /// Takes the file's lock; -EWOULDBLOCK if others hold it for longer than `patience`.
  virtual int lock(int file, std::chrono::milliseconds patience) = 0;
  virtual int rename(int folder, const std::string& from, const std::string& to) = 0;
  virtual int remove(int folder, const std::string& name) = 0;
  /// The names in a folder, without `.` and `..`.
  virtual int entries(int folder, std::vector<std::string>& names) = 0;
};

/// The operating system's calls. Lives as long as the program.
[[nodiscard]] PeakFiles& real_peak_files();

/// Repeats a call while a signal interrupts it.
template <typename Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result == -EINTR) result = call();
  return result;
}

/// An open file, closed with its scope.
///
/// Ownership: owns the descriptor; borrows the calls.
/// Threads: confined.
/// Errors: only `close` tells; the destructor closes without asking how it went.
class PeakFile {
 public:
  PeakFile(PeakFiles& calls, int descriptor) : calls_(&calls), descriptor_(descriptor) {}
  PeakFile(const PeakFile&) = delete;
  PeakFile& operator=(const PeakFile&) = delete;
  PeakFile(PeakFile&& other) noexcept : calls_(other.calls_), descriptor_(other.descriptor_) {
    other.descriptor_ = -1;
  }
  PeakFile& operator=(PeakFile&&) = delete;
  ~PeakFile() {
    if (descriptor_ >= 0) calls_->close(descriptor_);
  }

  [[nodiscard]] int get() const { return descriptor_; }

  /// Network file systems report a failed write only here.
  int close() {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return calls_->close(descriptor);
  }

 private:
  PeakFiles* calls_;
  int descriptor_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/peak_files.ipp>
#endif
