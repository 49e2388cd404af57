// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_system.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <cerrno>
#include <climits>
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
  void wait(std::atomic<std::uint32_t>& word, std::uint32_t expected,
            std::chrono::milliseconds patience) override {
    const timespec limit = timespec_of(patience);
    ::syscall(SYS_futex, &word, FUTEX_WAIT, expected, &limit, nullptr, 0);
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
