// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/clock.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace clams::http {

/// How far a job is.
enum class JobState {
  waiting,  ///< in the queue
  running,
  done,
  refused  ///< taken out of the queue before it ran
};

/// A piece of work in a WorkQueue, as seen by whoever waits for it.
///
/// Ownership: shared between the queue and the one who waits.
/// Threads: thread-safe.
/// Errors: none; the work itself must not throw.
class Job {
 public:
  using Work = std::function<void(const std::stop_token&)>;
  /// Told once that the job is done, or refused after it was taken; the queue counts it no more.
  using Ended = std::function<void(JobState)>;

  Job(Work work, Ended ended, std::string name, Clock::SteadyTime since)
      : work_(std::move(work)), ended_(std::move(ended)), name_(std::move(name)), since_(since) {}

  /// Waits until the job is done or refused, but at most for `patience`.
  [[nodiscard]] JobState wait_for(std::chrono::milliseconds patience);

  /// When the job was put into the queue.
  [[nodiscard]] Clock::SteadyTime since() const noexcept { return since_; }

 private:
  friend class WorkQueue;

  void set_state(JobState state);

  Work work_;
  Ended ended_;
  const std::string name_;
  Clock::SteadyTime since_;
  std::stop_source stop_;
  std::mutex mutex_;  // guards state_
  std::condition_variable changed_;
  JobState state_ = JobState::waiting;
};

/// What workers do while no job waits.
///
/// Ownership: the queue borrows it until `end_idle_duty` has returned.
/// Threads: `perform` runs on several workers at once; `call_back` is thread-safe.
/// Errors: none are thrown.
class IdleDuty {
 public:
  IdleDuty() = default;
  IdleDuty(const IdleDuty&) = delete;
  IdleDuty& operator=(const IdleDuty&) = delete;
  IdleDuty(IdleDuty&&) = delete;
  IdleDuty& operator=(IdleDuty&&) = delete;

  /// Waits for one thing to do, and does it. Jobs that it submits are begun by this worker.
  virtual void perform() = 0;
  /// A job waits: one who performs is to return.
  virtual void call_back() = 0;

 protected:
  ~IdleDuty() = default;
};

/// A fixed number of threads that run jobs first come, first served, and a bounded line before
/// them.
///
/// Ownership: owns its threads; the destructor drains the queue, asks running jobs to stop and
/// waits
///   for them.
/// Threads: thread-safe. Jobs run side by side.
/// Errors: a full or draining queue is an answer of `submit`, not an error.
class WorkQueue {
 public:
  /// @param workers how many jobs run side by side, at least one.
  /// @param limit how many more may wait.
  WorkQueue(std::size_t workers, std::size_t limit, const Clock& clock = real_clock());
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;
  WorkQueue(WorkQueue&&) = delete;
  WorkQueue& operator=(WorkQueue&&) = delete;
  ~WorkQueue();

  /// Puts a job at the end of the line.
  /// @param name for people: the request's id.
  /// @return nothing if the line is full or the queue is draining.
  [[nodiscard]] std::shared_ptr<Job> submit(Job::Work work, Job::Ended ended = {},
                                            std::string name = {});

  /// Nobody wants the result any more: a waiting job is refused, a running one is asked to stop.
  void abandon(const std::shared_ptr<Job>& job);

  /// No job is taken from now on, and those that wait are refused. Running ones go on.
  void drain();

  /// Asks all running jobs to stop.
  void stop_running();

  /// Waits until nothing runs or waits, but not longer than `patience`.
  /// @return whether all is quiet.
  [[nodiscard]] bool wait_until_idle(std::chrono::milliseconds patience);

  struct Counts {
    std::size_t running;
    std::size_t waiting;
    std::size_t limit;
    std::size_t workers;
  };
  [[nodiscard]] Counts counts() const;

  /// A job that waits.
  struct Waiting {
    std::string name;
    std::chrono::duration<double> waited;
  };
  /// Those that wait, the next one first.
  [[nodiscard]] std::vector<Waiting> line() const;

  [[nodiscard]] bool is_draining() const;

  /// From now on workers do this while no job waits.
  void begin_idle_duty(IdleDuty& duty);
  /// No worker begins it again. Waits until none is at it. @pre `perform` comes to its end.
  void end_idle_duty();

 private:
  void work();
  [[nodiscard]] std::shared_ptr<Job> next_job();
  void wait_for_job(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] bool must_call_back() const;
  void finish(const std::shared_ptr<Job>& job);

  const std::size_t limit_;
  const Clock& clock_;
  mutable std::mutex mutex_;  // guards all below but threads_
  std::condition_variable job_added_;
  std::condition_variable job_ended_;
  std::condition_variable duty_ended_;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::vector<std::shared_ptr<Job>> running_;
  bool draining_ = false;
  IdleDuty* duty_ = nullptr;
  std::size_t on_duty_ = 0;  // workers
  std::vector<std::thread> threads_;
};

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/work_queue.ipp>
#endif
