// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_system.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace clams::detail {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

CLAMS_INLINE timespec timespec_of(std::chrono::nanoseconds duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return {.tv_sec = seconds.count(), .tv_nsec = (duration - seconds).count()};
}

/// @return false if this kernel cannot wait for several words, or may not: it has to be 5.16, and
/// container engines of its time forbid what they do not know.
CLAMS_INLINE bool wait_for_any(std::span<const WatchedWord> words,
                               std::chrono::milliseconds patience) {
#if defined(SYS_futex_waitv) && defined(FUTEX_32)
  std::array<futex_waitv, FUTEX_WAITV_MAX> watched{};
  const std::size_t count = std::min(words.size(), watched.size());
  std::transform(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count), watched.begin(),
                 [](const WatchedWord& one) {
                   futex_waitv entry{};
                   entry.val = one.expected;
                   entry.uaddr = reinterpret_cast<std::uintptr_t>(one.word);
                   entry.flags = FUTEX_32;
                   return entry;
                 });
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const timespec until = timespec_of(std::chrono::seconds{now.tv_sec} +
                                     std::chrono::nanoseconds{now.tv_nsec} + patience);
  const auto answer = ::syscall(SYS_futex_waitv, watched.data(), count, 0, &until, CLOCK_MONOTONIC);
  constexpr std::array kCannot{ENOSYS, EPERM, EINVAL};
  return answer >= 0 || std::find(kCannot.begin(), kCannot.end(), errno) == kCannot.end();
#else
  static_cast<void>(words);
  static_cast<void>(patience);
  return false;
#endif
}

class RealLedgerSystem final : public LedgerSystem {
 public:
  int open(const std::string& path, int flags, mode_t mode) override {
    return ::open(path.c_str(), flags | O_CLOEXEC, mode);
  }
  int close(int descriptor) override { return ::close(descriptor); }
  int mkdir(const std::string& path, mode_t mode) override { return ::mkdir(path.c_str(), mode); }
  int chmod(int descriptor, mode_t mode) override { return ::fchmod(descriptor, mode); }
  int status(int descriptor, struct stat& answer) override { return ::fstat(descriptor, &answer); }
  int file_system(int descriptor, struct statfs& answer) override {
    return ::fstatfs(descriptor, &answer);
  }
  int allocate(int descriptor, std::size_t size) override {
    errno = ::posix_fallocate(descriptor, 0, static_cast<off_t>(size));
    return errno == 0 ? 0 : -1;
  }
  void* map(int descriptor, std::size_t size) override {
    return ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  }
  int unmap(void* address, std::size_t size) override { return ::munmap(address, size); }
  int lock(int descriptor, int command, struct ::flock& request) override {
    return ::fcntl(descriptor, command, &request);
  }
  void wait(std::span<const WatchedWord> words, std::chrono::milliseconds patience) override {
    if (words.size() > 1 && wait_for_any(words, patience)) return;
    const timespec limit = timespec_of(patience);
    ::syscall(SYS_futex, words.front().word, FUTEX_WAIT, words.front().expected, &limit, nullptr,
              0);
  }
  void wake(std::atomic<std::uint32_t>& word) override {
    ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
  }
  void pause(std::chrono::microseconds duration) override {
    if (duration.count() == 0) {
      ::sched_yield();
      return;
    }
    const timespec length = timespec_of(duration);
    ::nanosleep(&length, nullptr);
  }
  std::string boot_id() override {
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::string text;
    std::getline(file, text);
    return text;
  }
};

CLAMS_INLINE LedgerSystem& real_ledger_system() {
  static RealLedgerSystem system;
  return system;
}

[[noreturn]] CLAMS_INLINE void fail_ledger_call(const std::string& call, const std::string& path,
                                                int reason, const std::string& advice) {
  std::string message = call + " " + path + ": " + std::generic_category().message(reason);
  if (!advice.empty()) message += "; " + advice;
  throw Error{ErrorCode::io, message};
}

}  // namespace clams::detail
