// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/timed_worker.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace clams::detail {

struct TimedTask {
  enum class Progress { waiting, running, done, failed };

  std::function<void()> work;
  Progress progress = Progress::waiting;

  [[nodiscard]] bool has_ended() const {
    return progress == Progress::done || progress == Progress::failed;
  }
};

struct TimedWorker::State {
  std::mutex mutex;  // guards all below, and the tasks' progress
  std::condition_variable something_to_do;
  std::condition_variable something_ended;
  std::deque<std::shared_ptr<TimedTask>> waiting;
  bool hangs = false;  // the running task took longer than its caller would wait
  bool stopping = false;
  bool ended = false;

  void work_until_stopped();
  void perform(const std::shared_ptr<TimedTask>& task, std::unique_lock<std::mutex>& lock);
};

CLAMS_INLINE void TimedWorker::State::work_until_stopped() {
  std::unique_lock lock{mutex};
  while (true) {
    something_to_do.wait(lock, [this] { return stopping || !waiting.empty(); });
    if (stopping) break;
    const auto task = waiting.front();
    waiting.pop_front();
    perform(task, lock);
  }
  ended = true;
  something_ended.notify_all();
}

CLAMS_INLINE void TimedWorker::State::perform(const std::shared_ptr<TimedTask>& task,
                                              std::unique_lock<std::mutex>& lock) {
  task->progress = TimedTask::Progress::running;
  lock.unlock();
  auto progress = TimedTask::Progress::done;
  try {
    task->work();
  } catch (...) {  // the caller learns that it was not done
    progress = TimedTask::Progress::failed;
  }
  task->work = nullptr;  // what the task owns ends here, on the thread that may hang
  lock.lock();
  task->progress = progress;
  hangs = false;
  something_ended.notify_all();
}

CLAMS_INLINE TimedWorker::TimedWorker()
    : state_(std::make_shared<State>()),
      thread_([state = state_] { state->work_until_stopped(); }) {}

CLAMS_INLINE TimedWorker::~TimedWorker() {
  std::unique_lock lock{state_->mutex};
  state_->stopping = true;
  state_->something_to_do.notify_all();
  // No task is waited for here, so what runs now has hung already or is about to end.
  constexpr std::chrono::seconds kPatience{1};
  const auto has_ended = [this] { return state_->ended; };
  const bool ends = !state_->hangs && state_->something_ended.wait_for(lock, kPatience, has_ended);
  lock.unlock();
  if (ends) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

CLAMS_INLINE bool TimedWorker::run(std::function<void()> task, std::chrono::milliseconds budget) {
  const auto mine = std::make_shared<TimedTask>();
  mine->work = std::move(task);
  std::unique_lock lock{state_->mutex};
  if (state_->hangs) return false;
  state_->waiting.push_back(mine);
  state_->something_to_do.notify_one();
  const auto has_ended = [&] { return mine->has_ended(); };
  if (state_->something_ended.wait_for(lock, budget, has_ended)) {
    return mine->progress == TimedTask::Progress::done;
  }
  if (mine->progress == TimedTask::Progress::running) {
    state_->hangs = true;
  } else {
    std::erase(state_->waiting, mine);
  }
  return false;
}

}  // namespace clams::detail
