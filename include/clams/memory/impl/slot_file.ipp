// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/slot_file.hpp>
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

CLAMS_INLINE SlotFile::SlotFile(LedgerSystem& system, SlotFileOptions options)
    : system_(system), options_(std::move(options)), file_(open_file()) {
  check_file(file_.get());
  struct stat status {};
  if (system_.status(file_.get(), status) != 0) fail_ledger_call("fstat", path(), errno);
  file_system_ = status.st_dev;
  number_ = status.st_ino;
  spares_.reserve(kMostSpares);
}

CLAMS_INLINE SlotFile::~SlotFile() {
  if (content_ != nullptr) system_.unmap(content_, options_.size);
}

CLAMS_INLINE void SlotFile::map() {
  void* const address = system_.map(file_.get(), options_.size);
  if (address == MAP_FAILED) fail_ledger_call("mmap", path(), errno);
  content_ = address;
}

CLAMS_INLINE std::size_t SlotFile::length() const {
  struct stat status {};
  if (system_.status(file_.get(), status) != 0) fail_ledger_call("fstat", path(), errno);
  return static_cast<std::size_t>(status.st_size);
}

CLAMS_INLINE OwnedDescriptor SlotFile::open_file() const {
  constexpr mode_t kOwner = S_IRUSR | S_IWUSR;
  // O_NONBLOCK: a pipe that somebody laid here must not hang us.
  constexpr int kFlags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  int descriptor = -1;
  do {
    descriptor = system_.open(path(), kFlags | O_CREAT, kOwner);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) fail_ledger_call("open", path(), errno);
  return {system_, descriptor};
}

CLAMS_INLINE void SlotFile::check_file(int descriptor) const {
  struct stat status {};
  if (system_.status(descriptor, status) != 0) fail_ledger_call("fstat", path(), errno);
  if (!S_ISREG(status.st_mode) || status.st_nlink > 1) {
    throw Error{ErrorCode::io, "the " + options_.what + " " + path() +
                                   " is not a regular file with one name; remove it"};
  }
  const bool is_ours = status.st_uid == ::geteuid() || status.st_uid == 0;
  if (!is_ours && options_.sharing == LedgerSharing::owner) {
    throw Error{ErrorCode::io, "the " + options_.what + " " + path() + " belongs to user " +
                                   std::to_string(status.st_uid) + "; remove it"};
  }
  if (options_.sharing == LedgerSharing::group && status.st_uid == ::geteuid()) {
    share_with_group(descriptor);
  }
}

CLAMS_INLINE void SlotFile::share_with_group(int descriptor) const {
  constexpr mode_t kGroup = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;  // whatever the umask says
  if (system_.chmod(descriptor, kGroup) != 0) fail_ledger_call("fchmod", path(), errno);
}

CLAMS_INLINE SlotFile::Condition SlotFile::condition() const noexcept {
  struct stat status {};
  // Without an answer the mapping must not be touched.
  if (system_.status(file_.get(), status) != 0) return Condition::cut_off;
  if (status.st_nlink == 0) return Condition::removed;
  const bool is_whole = static_cast<std::size_t>(status.st_size) >= options_.size;
  return is_whole ? Condition::good : Condition::cut_off;
}

CLAMS_INLINE void SlotFile::make_whole() {
  // All of it, holes too: a full file system must be an error here, not a SIGBUS later.
  int answer = -1;
  do {
    answer = system_.allocate(file_.get(), options_.size);
  } while (answer != 0 && errno == EINTR);
  if (answer != 0) fail_ledger_call("fallocate", path(), errno);
}

CLAMS_INLINE bool SlotFile::lock_byte(int descriptor, off_t byte, short type) const {
  struct ::flock request = lock_request(byte, type);
  if (system_.lock(descriptor, F_OFD_SETLK, request) == 0) return true;
  switch (errno) {
    case EAGAIN:
    case EACCES:
    case EINTR:
    case EDEADLK:
    case ENOLCK: return false;
    default: fail_ledger_call("fcntl(F_OFD_SETLK)", path(), errno);
  }
}

CLAMS_INLINE bool SlotFile::pause_until(Clock::SteadyTime deadline, int attempt) const {
  constexpr int kYields = 32;
  constexpr int kLongest = 1000;
  if (real_clock().steady_now() >= deadline) return false;
  const int wait = attempt < kYields ? 0 : std::min(kLongest, 20 * (attempt - kYields + 1));
  system_.pause(std::chrono::microseconds{wait});
  return true;
}

CLAMS_INLINE bool SlotFile::lock_for(std::chrono::milliseconds patience) {
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

CLAMS_INLINE void SlotFile::unlock() noexcept {
  constexpr int kTries = 100;
  struct ::flock request = lock_request(0, F_UNLCK);
  for (int attempt = 0; attempt < kTries; ++attempt) {
    if (system_.lock(file_.get(), F_OFD_SETLK, request) == 0) break;
  }
  threads_.unlock();
}

CLAMS_INLINE OwnedDescriptor SlotFile::open_again() {
  if (!spares_.empty()) {
    OwnedDescriptor spare = std::move(spares_.back());
    spares_.pop_back();
    return spare;
  }
  OwnedDescriptor descriptor = open_file();
  struct stat status {};
  if (system_.status(descriptor.get(), status) != 0) fail_ledger_call("fstat", path(), errno);
  if (status.st_dev != file_system_ || status.st_ino != number_) {
    throw Error{ErrorCode::unavailable,
                "the " + options_.what + " " + path() + " was replaced by another file"};
  }
  return descriptor;
}

CLAMS_INLINE std::optional<OwnedDescriptor> SlotFile::hold(std::size_t slot) {
  OwnedDescriptor descriptor = open_again();
  if (!lock_byte(descriptor.get(), byte_of(slot), F_WRLCK)) return std::nullopt;
  own_[slot] = true;
  return descriptor;
}

CLAMS_INLINE bool SlotFile::let_go(std::size_t slot, OwnedDescriptor& descriptor) noexcept {
  own_[slot] = false;  // first: nobody may think it held when it is not
  descriptor.close();
  return is_held(slot);
}

CLAMS_INLINE void SlotFile::put_back(std::size_t slot, OwnedDescriptor& descriptor) noexcept {
  own_[slot] = false;
  struct ::flock request = lock_request(byte_of(slot), F_UNLCK);
  const bool is_unlocked = system_.lock(descriptor.get(), F_OFD_SETLK, request) == 0;
  if (is_unlocked && spares_.size() < spares_.capacity()) {
    spares_.push_back(std::move(descriptor));
  } else {
    descriptor.close();
  }
}

CLAMS_INLINE bool SlotFile::is_held(std::size_t slot) const noexcept {
  if (is_own(slot)) return true;
  struct ::flock request = lock_request(byte_of(slot), F_WRLCK);
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (system_.lock(file_.get(), F_OFD_GETLK, request) == 0) return request.l_type != F_UNLCK;
    if (errno != EINTR) break;
  }
  return true;  // cannot be told
}

}  // namespace clams::detail
