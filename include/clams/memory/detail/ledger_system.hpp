// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/vfs.h>

struct flock;

namespace clams::detail {

/// A word that is shared with other processes, and what it was when somebody looked at it.
struct WatchedWord {
  std::atomic<std::uint32_t>* word;
  std::uint32_t expected;
};

/// The operating system's calls that the ledger makes, so that tests can make any one of them fail.
/// They answer as the system does: -1 and errno.
///
/// Ownership: an interface; users borrow it.
/// Threads: implementations are thread-safe; hooks may be entered concurrently.
/// Errors: none are thrown.
class LedgerSystem {
 public:
  LedgerSystem() = default;
  LedgerSystem(const LedgerSystem&) = delete;
  LedgerSystem& operator=(const LedgerSystem&) = delete;
  LedgerSystem(LedgerSystem&&) = delete;
  LedgerSystem& operator=(LedgerSystem&&) = delete;
  virtual ~LedgerSystem() = default;

  virtual int open(const std::string& path, int flags, mode_t mode) = 0;
  virtual int close(int descriptor) = 0;
  virtual int mkdir(const std::string& path, mode_t mode) = 0;
  virtual int chmod(int descriptor, mode_t mode) = 0;
  virtual int status(int descriptor, struct stat& answer) = 0;
  virtual int file_system(int descriptor, struct statfs& answer) = 0;

  /// The file has this size at least, and room on the disk (or in memory) for all of it.
  virtual int allocate(int descriptor, std::size_t size) = 0;

  /// Shared between processes, for reading and writing; MAP_FAILED if it cannot be done.
  virtual void* map(int descriptor, std::size_t size) = 0;
  virtual int unmap(void* address, std::size_t size) = 0;

  /// F_OFD_SETLK and F_OFD_GETLK.
  virtual int lock(int descriptor, int command, struct ::flock& request) = 0;

  /// Sleeps while each word is what it was, until one of them is woken, or the time is over. A
  /// system that can watch one only watches the first.
  virtual void wait(std::span<const WatchedWord> words, std::chrono::milliseconds patience) = 0;
  /// Wakes all that sleep on `word`, in all processes.
  virtual void wake(std::atomic<std::uint32_t>& word) = 0;

  /// Lets others run before a lock is tried again; zero gives the processor away only.
  virtual void pause(std::chrono::microseconds duration) = 0;

  /// What is different after each start of the machine; empty if it cannot be told.
  virtual std::string boot_id() = 0;
};

/// The system itself. Lives as long as the program.
[[nodiscard]] LedgerSystem& real_ledger_system();

/// A file descriptor, closed with its scope.
///
/// Ownership: owns the descriptor; borrows the system.
/// Threads: confined.
/// Errors: closing does not throw; there is nothing unwritten that it could lose.
class OwnedDescriptor {
 public:
  OwnedDescriptor() = default;
  OwnedDescriptor(LedgerSystem& system, int descriptor)
      : system_(&system), descriptor_(descriptor) {}
  OwnedDescriptor(OwnedDescriptor&& other) noexcept
      : system_(other.system_), descriptor_(other.release()) {}
  OwnedDescriptor& operator=(OwnedDescriptor&& other) noexcept {
    if (this == &other) return *this;
    close();
    system_ = other.system_;
    descriptor_ = other.release();
    return *this;
  }
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  ~OwnedDescriptor() { close(); }

  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  void close() noexcept {
    const int descriptor = release();
    if (descriptor >= 0) system_->close(descriptor);
  }

 private:
  int release() noexcept {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return descriptor;
  }

  LedgerSystem* system_ = nullptr;
  int descriptor_ = -1;
};

/// Throws Error io: `open /run/clams/GPU-1.ledger: Permission denied`, with advice if there is any.
[[noreturn]] void fail_ledger_call(const std::string& call, const std::string& path, int reason,
                                   const std::string& advice = "");

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/ledger_system.ipp>
#endif
