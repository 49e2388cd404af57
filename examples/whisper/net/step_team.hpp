// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
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

/// Threads that help the caller with work that is over in a millisecond, for which OpenMP's take
/// too long to wake and to meet. Nobody is given a share: whoever is free takes the next unit. So a
/// helper that the system does not let run holds up one unit at most, and who waits for that spins
/// for microseconds and then sleeps.
///
/// Ownership: owns its threads.
/// Threads: thread-safe; while it helps one caller, others do their work alone.
/// Errors: std::system_error if a thread cannot be made.
class StepTeam {
 public:
  /// @param size with the caller: one or more.
  explicit StepTeam(std::size_t size);
  StepTeam(const StepTeam&) = delete;
  StepTeam& operator=(const StepTeam&) = delete;
  StepTeam(StepTeam&&) = delete;
  StepTeam& operator=(StepTeam&&) = delete;
  ~StepTeam();

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
[[nodiscard]] StepTeam& step_team();

}  // namespace whisper
