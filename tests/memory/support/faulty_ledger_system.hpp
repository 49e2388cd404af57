// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_system.hpp>

#include <cerrno>
#include <string>
#include <sys/mman.h>

namespace clams::testing {

/// The real system, whose calls fail on demand.
class FaultyLedgerSystem : public detail::LedgerSystem {
 public:
  int open(const std::string& path, int flags, mode_t mode) override {
    ++opens;
    return fails() ? -1 : real_.open(path, flags, mode);
  }
  int close(int descriptor) override { return real_.close(descriptor); }
  int mkdir(const std::string& path, mode_t mode) override {
    return fails() ? -1 : real_.mkdir(path, mode);
  }
  int chmod(int descriptor, mode_t mode) override {
    return fails() ? -1 : real_.chmod(descriptor, mode);
  }
  int status(int descriptor, struct stat& answer) override {
    return fails() ? -1 : real_.status(descriptor, answer);
  }
  int file_system(int descriptor, struct statfs& answer) override {
    return fails() ? -1 : real_.file_system(descriptor, answer);
  }
  int allocate(int descriptor, std::size_t size) override {
    return fails() ? -1 : real_.allocate(descriptor, size);
  }
  void* map(int descriptor, std::size_t size) override {
    return fails() ? MAP_FAILED : real_.map(descriptor, size);
  }
  int unmap(void* address, std::size_t size) override { return real_.unmap(address, size); }
  int lock(int descriptor, int command, struct ::flock& request) override {
    return fails() ? -1 : real_.lock(descriptor, command, request);
  }
  void wait(std::span<const detail::WatchedWord> words,
            std::chrono::milliseconds patience) override {
    if (!fails()) real_.wait(words, patience);
  }
  void wake(std::atomic<std::uint32_t>& word) override {
    if (!fails()) real_.wake(word);
  }
  void pause(std::chrono::microseconds duration) override { real_.pause(duration); }
  std::string boot_id() override { return boot.empty() ? real_.boot_id() : boot; }

  /// From now on, the call after `calls` more fails with `reason`, and `times - 1` after it.
  void fail_after(int calls, int reason, int times = 1) {
    calls_left_ = calls;
    times_left_ = times;
    reason_ = reason;
    has_failed_ = false;
  }
  void fail_no_more() { times_left_ = 0; }
  /// Whether the call that was to fail was made.
  [[nodiscard]] bool has_failed() const { return has_failed_; }

  std::string boot;
  int opens = 0;  ///< so many calls

 private:
  bool fails() {
    if (times_left_ == 0 || calls_left_-- > 0) return false;
    --times_left_;
    has_failed_ = true;
    errno = reason_;
    return true;
  }

  detail::LedgerSystem& real_ = detail::real_ledger_system();
  int calls_left_ = 0;
  int times_left_ = 0;
  int reason_ = 0;
  bool has_failed_ = false;
};

}  // namespace clams::testing
