// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/clock.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>

namespace clams {

/// A clock that stands still until it is moved, for tests of anything that waits or expires. It
/// starts at 2026-01-01T00:00:00Z, or at the time given.
///
/// Ownership: a value; whoever was given it borrows it.
/// Threads: thread-safe.
/// Errors: none.
class ManualClock final : public Clock {
 public:
  ManualClock() = default;
  explicit ManualClock(SystemTime start) : start_(start) {}

  [[nodiscard]] SystemTime system_now() const noexcept override {
    return start_ + std::chrono::duration_cast<SystemTime::duration>(passed());
  }
  [[nodiscard]] SteadyTime steady_now() const noexcept override { return SteadyTime{passed()}; }

  /// Both clocks are later by `duration` afterwards.
  void advance(std::chrono::nanoseconds duration) noexcept { passed_ += duration.count(); }

 private:
  [[nodiscard]] std::chrono::nanoseconds passed() const noexcept {
    return std::chrono::nanoseconds{passed_.load()};
  }

  SystemTime start_ = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
  std::atomic<std::int64_t> passed_{0};
};

}  // namespace clams
