// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace clams::detail {

/// Does what may hang on a thread of its own, so that whoever needs it done can stop waiting. One
/// task at a time; while one hangs, no other is begun, and callers are told so without waiting.
///
/// Ownership: owns the thread. The destructor does not wait for a task that hangs: its thread goes
///   on alone and ends with the task, so a task must own all that it touches.
/// Threads: thread-safe.
/// Errors: the constructor throws std::system_error if there can be no thread.
class TimedWorker {
 public:
  TimedWorker();
  TimedWorker(const TimedWorker&) = delete;
  TimedWorker& operator=(const TimedWorker&) = delete;
  TimedWorker(TimedWorker&&) = delete;
  TimedWorker& operator=(TimedWorker&&) = delete;
  ~TimedWorker();

  /// Whether the task was done within `budget`. If not, it either was never begun and will not be,
  /// or still runs. A task that throws counts as not done.
  [[nodiscard]] bool run(std::function<void()> task, std::chrono::milliseconds budget);

  /// What `question` answers, or nothing if it does not within `budget`.
  template <typename Answer>
  [[nodiscard]] std::optional<Answer> ask(std::function<Answer()> question,
                                          std::chrono::milliseconds budget) {
    const auto answer = std::make_shared<std::optional<Answer>>();
    const bool done =
        run([answer, question = std::move(question)] { answer->emplace(question()); }, budget);
    if (!done) return std::nullopt;
    return std::move(*answer);
  }

 private:
  struct State;

  std::shared_ptr<State> state_;  // shared with the thread, which may outlive this object
  std::thread thread_;
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/timed_worker.ipp>
#endif
