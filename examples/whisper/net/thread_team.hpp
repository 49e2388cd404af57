// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace whisper {

/// Work in stages, each of which consists of units that do not need each other.
class StagedWork {
 public:
  StagedWork() = default;
  StagedWork(const StagedWork&) = delete;
  StagedWork& operator=(const StagedWork&) = delete;
  StagedWork(StagedWork&&) = delete;
  StagedWork& operator=(StagedWork&&) = delete;
  virtual ~StagedWork() = default;

  [[nodiscard]] virtual std::size_t stages() const = 0;
  /// At least one.
  [[nodiscard]] virtual std::size_t units(std::size_t stage) const = 0;
  /// Does a unit; all those of the stages before are done. Called side by side.
  /// @param worker less than the team's size; no two do a unit under one number at a time.
  virtual void run(std::size_t stage, std::size_t unit, std::size_t worker) noexcept = 0;
};

/// Threads that help the caller, also with work that is over in a millisecond: OpenMP's take too
/// long for that to wake and to meet. Nobody is given a share: whoever is free takes the next unit.
/// So a helper that the system does not let run holds up one unit at most, and who waits for that
/// spins for microseconds and then sleeps. Helpers are in libtorch's inference mode.
///
/// Ownership: owns its threads.
/// Threads: thread-safe; while it helps one caller, others do their work alone, and so does a unit
///   that has work of its own to share.
/// Errors: std::system_error if a thread cannot be made.
class ThreadTeam {
 public:
  /// @param size with the caller: one or more.
  explicit ThreadTeam(std::size_t size);
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;
  ThreadTeam(ThreadTeam&&) = delete;
  ThreadTeam& operator=(ThreadTeam&&) = delete;
  ~ThreadTeam();

  [[nodiscard]] std::size_t size() const noexcept { return helpers_.size() + 1; }

  /// Returns once all stages are done.
  void run(StagedWork& work);

 private:
  // What is to be done next, in one number that changes at once: [job:24][stage:16][units left:24].
  using Place = std::uint64_t;

  void help(std::size_t worker);
  void work_on(Place job, std::size_t worker);
  void finish_unit(Place job, std::size_t stage);
  void open_stage(Place job, std::size_t stage);
  void wait_while(Place place, int patience) const;

  std::mutex busy_;  // guards the use of the helpers
  std::atomic<StagedWork*> work_{nullptr};
  std::atomic<std::size_t> stages_{0};
  std::atomic<std::size_t> unfinished_{0};  // units of this stage
  alignas(64) std::atomic<Place> place_{0};
  std::vector<std::thread> helpers_;
};

/// The team of this process, as large as the number of threads that libtorch works with at the
/// first call.
[[nodiscard]] ThreadTeam& thread_team();

/// Units of one stage that may throw.
///
/// Ownership: borrows what does a unit.
/// Threads: as StagedWork.
/// Errors: `rethrow` throws what the first failed unit has thrown.
template <typename Unit>
class FallibleUnits final : public StagedWork {
 public:
  FallibleUnits(std::size_t count, const Unit& unit) : count_(count), unit_(unit) {}

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  [[nodiscard]] std::size_t stages() const override { return 1; }
  [[nodiscard]] std::size_t units(std::size_t /*stage*/) const override { return count_; }
  void run(std::size_t /*stage*/, std::size_t unit, std::size_t /*worker*/) noexcept override {
    try {
      unit_(unit);
    } catch (...) {
      const std::scoped_lock lock{mutex_};
      if (!error_) error_ = std::current_exception();
    }
  }

  std::size_t count_;
  const Unit& unit_;
  std::mutex mutex_;
  std::exception_ptr error_;
};

/// Calls `unit(i)` for each i below `count`, side by side.
/// @throws what a unit threw, once all are done.
template <typename Unit>
void share_units(std::size_t count, const Unit& unit) {
  if (count == 0) return;
  if (count == 1) return unit(0);  // nobody is woken for that
  FallibleUnits<Unit> work{count, unit};
  thread_team().run(work);
  work.rethrow();
}

/// The same for rows, some at a time: `rows(begin, end)`.
template <typename Rows>
void share_rows(std::int64_t count, std::int64_t at_once, const Rows& rows) {
  const auto units = (count + at_once - 1) / at_once;
  share_units(static_cast<std::size_t>(units), [&](std::size_t unit) {
    const auto begin = static_cast<std::int64_t>(unit) * at_once;
    rows(begin, std::min(begin + at_once, count));
  });
}

}  // namespace whisper
