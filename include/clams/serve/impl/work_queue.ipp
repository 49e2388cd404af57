// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/work_queue.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <utility>

namespace clams::detail {

// The queue whose idle duty this thread performs.
inline thread_local const http::WorkQueue* idle_at = nullptr;

}  // namespace clams::detail

namespace clams::http {

CLAMS_INLINE JobState Job::wait_for(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, patience,
                    [this] { return state_ == JobState::done || state_ == JobState::refused; });
  return state_;
}

CLAMS_INLINE void Job::set_state(JobState state) {
  {
    const std::scoped_lock lock{mutex_};
    state_ = state;
  }
  changed_.notify_all();
  if (state != JobState::done && state != JobState::refused) return;
  if (const Ended ended = std::exchange(ended_, nullptr)) ended(state);
  work_ = nullptr;  // and what it holds
}

CLAMS_INLINE WorkQueue::WorkQueue(std::size_t workers, std::size_t limit, const Clock& clock)
    : limit_(limit), clock_(clock) {
  const std::size_t count = std::max<std::size_t>(workers, 1);
  threads_.reserve(count);
  running_.reserve(count);  // so that a job can always begin
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

CLAMS_INLINE WorkQueue::~WorkQueue() {
  drain();
  stop_running();
  for (std::thread& thread : threads_) thread.join();
}

CLAMS_INLINE std::shared_ptr<Job> WorkQueue::submit(Job::Work work, Job::Ended ended,
                                                    std::string name) {
  auto job = std::make_shared<Job>(std::move(work), std::move(ended), std::move(name),
                                   clock_.steady_now());
  {
    const std::scoped_lock lock{mutex_};
    const bool a_thread_is_free = running_.size() + waiting_.size() < threads_.size();
    if (draining_ || (waiting_.size() >= limit_ && !a_thread_is_free)) return nullptr;
    waiting_.push_back(job);
    if (must_call_back()) duty_->call_back();
    if (duty_ != nullptr) return job;
  }
  job_added_.notify_one();
  return job;
}

/// Whether a job waits that nobody is about to take but a worker who performs the idle duty.
/// A worker who submits a job from there is about to take one.
CLAMS_INLINE bool WorkQueue::must_call_back() const {
  const std::size_t coming = detail::idle_at == this ? 1 : 0;
  return duty_ != nullptr && waiting_.size() > coming && on_duty_ > coming;
}

CLAMS_INLINE void WorkQueue::begin_idle_duty(IdleDuty& duty) {
  {
    const std::scoped_lock lock{mutex_};
    duty_ = &duty;
  }
  job_added_.notify_all();
}

CLAMS_INLINE void WorkQueue::end_idle_duty() {
  std::unique_lock lock{mutex_};
  duty_ = nullptr;
  duty_ended_.wait(lock, [this] { return on_duty_ == 0; });
}

CLAMS_INLINE void WorkQueue::abandon(const std::shared_ptr<Job>& job) {
  job->stop_.request_stop();
  {
    const std::scoped_lock lock{mutex_};
    if (std::erase(waiting_, job) == 0) return;
  }
  job->set_state(JobState::refused);
  job_ended_.notify_all();
}

CLAMS_INLINE void WorkQueue::drain() {
  std::deque<std::shared_ptr<Job>> refused;
  {
    const std::scoped_lock lock{mutex_};
    draining_ = true;
    refused.swap(waiting_);
  }
  for (const auto& job : refused) job->set_state(JobState::refused);
  job_added_.notify_all();
  job_ended_.notify_all();
}

CLAMS_INLINE void WorkQueue::stop_running() {
  std::vector<std::shared_ptr<Job>> running;
  {
    const std::scoped_lock lock{mutex_};
    running = running_;
  }
  for (const auto& job : running) job->stop_.request_stop();
}

CLAMS_INLINE bool WorkQueue::wait_until_idle(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  return job_ended_.wait_for(lock, patience,
                             [this] { return waiting_.empty() && running_.empty(); });
}

CLAMS_INLINE WorkQueue::Counts WorkQueue::counts() const {
  const std::scoped_lock lock{mutex_};
  return {.running = running_.size(),
          .waiting = waiting_.size(),
          .limit = limit_,
          .workers = threads_.size()};
}

CLAMS_INLINE std::vector<WorkQueue::Waiting> WorkQueue::line() const {
  const auto now = clock_.steady_now();
  std::vector<Waiting> line;
  const std::scoped_lock lock{mutex_};
  line.reserve(waiting_.size());
  for (const auto& job : waiting_) line.push_back({job->name_, now - job->since_});
  return line;
}

CLAMS_INLINE bool WorkQueue::is_draining() const {
  const std::scoped_lock lock{mutex_};
  return draining_;
}

CLAMS_INLINE void WorkQueue::work() {
  while (const auto job = next_job()) {
    job->work_(job->stop_.get_token());
    finish(job);
  }
}

CLAMS_INLINE std::shared_ptr<Job> WorkQueue::next_job() {
  std::shared_ptr<Job> job;
  {
    std::unique_lock lock{mutex_};
    while (waiting_.empty()) {
      if (draining_) return nullptr;
      wait_for_job(lock);
    }
    job = waiting_.front();
    waiting_.pop_front();
    running_.push_back(job);
    if (must_call_back()) duty_->call_back();
  }
  job->set_state(JobState::running);
  return job;
}

CLAMS_INLINE void WorkQueue::wait_for_job(std::unique_lock<std::mutex>& lock) {
  if (duty_ == nullptr) return job_added_.wait(lock);
  IdleDuty& duty = *duty_;
  ++on_duty_;
  lock.unlock();
  detail::idle_at = this;
  duty.perform();
  detail::idle_at = nullptr;
  lock.lock();
  if (--on_duty_ == 0) duty_ended_.notify_all();
}

CLAMS_INLINE void WorkQueue::finish(const std::shared_ptr<Job>& job) {
  {
    const std::scoped_lock lock{mutex_};
    std::erase(running_, job);
  }
  job->set_state(JobState::done);
  job_ended_.notify_all();
}

}  // namespace clams::http
