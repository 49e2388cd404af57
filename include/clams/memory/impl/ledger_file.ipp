// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_file.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/scope_exit.hpp>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace clams::detail {

inline constexpr off_t kFirstSlotByte = 64;
inline constexpr std::size_t kMostSpares = 8;

CLAMS_INLINE struct ::flock lock_request(off_t byte, short type) {
  struct ::flock request {};
  request.l_type = type;
  request.l_whence = SEEK_SET;
  request.l_start = byte;
  request.l_len = 1;
  return request;
}

CLAMS_INLINE off_t byte_of(std::size_t slot) { return kFirstSlotByte + static_cast<off_t>(slot); }

CLAMS_INLINE LedgerFile::LedgerFile(LedgerSystem& system, std::string path, LedgerSharing sharing)
    : system_(system), path_(std::move(path)), sharing_(sharing), file_(open_file()) {
  check_file(file_.get());
  struct stat status {};
  if (system_.status(file_.get(), status) != 0) fail_ledger_call("fstat", path_, errno);
  file_system_ = status.st_dev;
  number_ = status.st_ino;
  make_whole();
  void* address = system_.map(file_.get(), sizeof(LedgerImage));
  if (address == MAP_FAILED) fail_ledger_call("mmap", path_, errno);
  image_ = static_cast<LedgerImage*>(address);
  spares_.reserve(kMostSpares);
}

CLAMS_INLINE LedgerFile::~LedgerFile() { system_.unmap(image_, sizeof(LedgerImage)); }

CLAMS_INLINE OwnedDescriptor LedgerFile::open_file() const {
  constexpr mode_t kOwner = S_IRUSR | S_IWUSR;
  // O_NONBLOCK: a pipe that somebody laid here must not hang us.
  constexpr int kFlags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  int descriptor = -1;
  do {
    descriptor = system_.open(path_, kFlags | O_CREAT, kOwner);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) fail_ledger_call("open", path_, errno);
  return {system_, descriptor};
}

CLAMS_INLINE void LedgerFile::check_file(int descriptor) const {
  struct stat status {};
  if (system_.status(descriptor, status) != 0) fail_ledger_call("fstat", path_, errno);
  if (!S_ISREG(status.st_mode) || status.st_nlink > 1) {
    throw Error{ErrorCode::io,
                "the ledger " + path_ + " is not a regular file with one name; remove it"};
  }
  const bool is_ours = status.st_uid == ::geteuid() || status.st_uid == 0;
  if (!is_ours && sharing_ == LedgerSharing::owner) {
    throw Error{ErrorCode::io, "the ledger " + path_ + " belongs to user " +
                                   std::to_string(status.st_uid) + "; remove it"};
  }
  if (sharing_ == LedgerSharing::group && status.st_uid == ::geteuid()) {
    share_with_group(descriptor);
  }
}

CLAMS_INLINE void LedgerFile::share_with_group(int descriptor) const {
  constexpr mode_t kGroup = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;  // whatever the umask says
  if (system_.chmod(descriptor, kGroup) != 0) fail_ledger_call("fchmod", path_, errno);
}

CLAMS_INLINE LedgerFile::Condition LedgerFile::condition() const noexcept {
  struct stat status {};
  // Without an answer the mapping must not be touched.
  if (system_.status(file_.get(), status) != 0) return Condition::cut_off;
  if (status.st_nlink == 0) return Condition::removed;
  const bool is_whole = static_cast<std::size_t>(status.st_size) >= sizeof(LedgerImage);
  return is_whole ? Condition::good : Condition::cut_off;
}

CLAMS_INLINE void LedgerFile::make_whole() {
  // All of it, holes too: a full file system must be an error here, not a SIGBUS later.
  int answer = -1;
  do {
    answer = system_.allocate(file_.get(), sizeof(LedgerImage));
  } while (answer != 0 && errno == EINTR);
  if (answer != 0) fail_ledger_call("fallocate", path_, errno);
}

CLAMS_INLINE bool LedgerFile::lock_byte(int descriptor, off_t byte, short type) const {
  struct ::flock request = lock_request(byte, type);
  if (system_.lock(descriptor, F_OFD_SETLK, request) == 0) return true;
  switch (errno) {
    case EAGAIN:
    case EACCES:
    case EINTR:
    case EDEADLK:
    case ENOLCK: return false;
    default: fail_ledger_call("fcntl(F_OFD_SETLK)", path_, errno);
  }
}

CLAMS_INLINE bool LedgerFile::pause_until(Clock::SteadyTime deadline, int attempt) const {
  constexpr int kYields = 32;
  constexpr int kLongest = 1000;
  if (real_clock().steady_now() >= deadline) return false;
  const int wait = attempt < kYields ? 0 : std::min(kLongest, 20 * (attempt - kYields + 1));
  system_.pause(std::chrono::microseconds{wait});
  return true;
}

CLAMS_INLINE bool LedgerFile::lock_for(std::chrono::milliseconds patience) {
  const auto deadline = real_clock().steady_now() + patience;
  int attempt = 0;
  while (!threads_.try_lock()) {
    if (!pause_until(deadline, attempt++)) return false;
  }
  ScopeExit give_back{[this] { threads_.unlock(); }};
  while (!lock_byte(file_.get(), 0, F_WRLCK)) {
    if (!pause_until(deadline, attempt++)) return false;
  }
  give_back.release();
  return true;
}

CLAMS_INLINE void LedgerFile::unlock() noexcept {
  constexpr int kTries = 100;
  struct ::flock request = lock_request(0, F_UNLCK);
  for (int attempt = 0; attempt < kTries; ++attempt) {
    if (system_.lock(file_.get(), F_OFD_SETLK, request) == 0) break;
  }
  threads_.unlock();
}

CLAMS_INLINE OwnedDescriptor LedgerFile::open_again() {
  if (!spares_.empty()) {
    OwnedDescriptor spare = std::move(spares_.back());
    spares_.pop_back();
    return spare;
  }
  OwnedDescriptor descriptor = open_file();
  struct stat status {};
  if (system_.status(descriptor.get(), status) != 0) fail_ledger_call("fstat", path_, errno);
  if (status.st_dev != file_system_ || status.st_ino != number_) {
    throw Error{ErrorCode::unavailable, "the ledger " + path_ + " was replaced by another file"};
  }
  return descriptor;
}

CLAMS_INLINE std::optional<OwnedDescriptor> LedgerFile::hold(std::size_t slot) {
  OwnedDescriptor descriptor = open_again();
  if (!lock_byte(descriptor.get(), byte_of(slot), F_WRLCK)) return std::nullopt;
  own_[slot] = true;
  return descriptor;
}

CLAMS_INLINE bool LedgerFile::let_go(std::size_t slot, OwnedDescriptor& descriptor) noexcept {
  own_[slot] = false;  // first: nobody may think it held when it is not
  descriptor.close();
  return is_held(slot);
}

CLAMS_INLINE void LedgerFile::put_back(std::size_t slot, OwnedDescriptor& descriptor) noexcept {
  own_[slot] = false;
  struct ::flock request = lock_request(byte_of(slot), F_UNLCK);
  const bool is_unlocked = system_.lock(descriptor.get(), F_OFD_SETLK, request) == 0;
  if (is_unlocked && spares_.size() < spares_.capacity()) {
    spares_.push_back(std::move(descriptor));
  } else {
    descriptor.close();
  }
}

CLAMS_INLINE bool LedgerFile::is_held(std::size_t slot) const noexcept {
  if (is_own(slot)) return true;
  struct ::flock request = lock_request(byte_of(slot), F_WRLCK);
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (system_.lock(file_.get(), F_OFD_GETLK, request) == 0) return request.l_type != F_UNLCK;
    if (errno != EINTR) break;
  }
  return true;  // cannot be told
}

}  // namespace clams::detail
