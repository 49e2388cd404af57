// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simulation/random.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clams::simulation {

/// Since the run began.
using Time = std::chrono::nanoseconds;

enum class Wake { woken, timeout };

/// Runs the threads of all simulated processes, one at a time, each on a stack of its own; the seed
/// says which goes on. Time passes only here. The C library's calls for threads, locks and clocks
/// lead to this class while it runs (posix.cpp), so that the code under test is the real one.
///
/// Ownership: owns the fibers.
/// Threads: confined; there is only one real thread.
/// Errors: `run` throws std::runtime_error if somebody never gets on.
class Scheduler {
 public:
  using Body = std::function<void()>;

  explicit Scheduler(std::uint64_t seed);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  Scheduler(Scheduler&&) = delete;
  Scheduler& operator=(Scheduler&&) = delete;
  ~Scheduler();

  /// The one that runs now; null outside of a run.
  [[nodiscard]] static Scheduler* running() noexcept;

  /// A new thread of a process. @return its number, from 1.
  std::size_t start(int process, std::string name, Body body);

  /// Until every thread has ended. Called once, from outside.
  void run();

  // For the threads.

  [[nodiscard]] Time now() const noexcept { return now_; }
  [[nodiscard]] int process() const noexcept;
  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] std::size_t number() const noexcept;
  /// Whatever the thread likes to keep; null at its start.
  [[nodiscard]] void*& local() noexcept;

  /// Here the processor may be given to another thread.
  void maybe_switch();
  /// Here it is.
  void give_way();
  /// Waits for `wake` of this key, or for the time.
  Wake sleep_on(const void* key, std::optional<Time> until) {
    return sleep_on(std::vector{key}, until);
  }
  /// Of any of these keys.
  Wake sleep_on(std::vector<const void*> keys, std::optional<Time> until);
  void sleep_until(Time until) { sleep_on(std::vector<const void*>{}, until); }
  void sleep_for(Time length) { sleep_until(now_ + length); }
  void wake_all(const void* key);
  void wake_one(const void* key);
  void join(std::size_t number);

  /// The process is killed: none of its threads goes on. Not for the caller's own.
  void kill(int process);

 private:
  struct Fiber;

  static void enter(unsigned high, unsigned low);
  void resume(Fiber& fiber);
  void leave_to_scheduler();
  [[nodiscard]] Fiber* pick();
  [[nodiscard]] bool advance();
  void wake(Fiber& fiber, Wake reason);
  [[nodiscard]] std::string sleepers() const;

  Random random_;
  Time now_{0};
  unsigned eagerness_;  // how often the processor is taken away, in percent
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<Fiber*> ready_;
  Fiber* current_ = nullptr;
  struct Place;
  std::unique_ptr<Place> outside_;
};

}  // namespace clams::simulation
