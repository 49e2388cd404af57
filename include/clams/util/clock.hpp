// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace clams {

/// What time it is. Everything that depends on time asks a clock that it was given, so that tests
/// can move it by hand (`ManualClock`).
///
/// Ownership: an interface; users borrow it, and it must outlive them.
/// Threads: implementations are thread-safe; both hooks may be entered concurrently.
/// Errors: reading a clock never fails.
class Clock {
 public:
  using SystemTime = std::chrono::system_clock::time_point;
  using SteadyTime = std::chrono::steady_clock::time_point;

  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  Clock(Clock&&) = delete;
  Clock& operator=(Clock&&) = delete;
  virtual ~Clock() = default;

  /// The wall clock, for timestamps; it may jump.
  [[nodiscard]] virtual SystemTime system_now() const noexcept = 0;

  /// A clock that never goes back, for durations and deadlines.
  [[nodiscard]] virtual SteadyTime steady_now() const noexcept = 0;
};

/// The machine's clocks. Lives as long as the program.
[[nodiscard]] const Clock& real_clock();

/// `time` in UTC as MMIF spells it: `2026-11-21T09:01:19.456335Z`, without a fraction when that is
/// zero.
[[nodiscard]] std::string utc_timestamp(Clock::SystemTime time);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/clock.ipp>
#endif
