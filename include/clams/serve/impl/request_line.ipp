// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/request_line.hpp>
#include <clams/util/config.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace clams::detail {

// How soon it is noticed that a client has left.
inline constexpr std::chrono::milliseconds kClientPollInterval{100};
inline constexpr int kClientClosedRequest = 499;

CLAMS_INLINE std::size_t worker_count(std::size_t asked) {
  if (asked > 0) return asked;
  const unsigned processors = std::thread::hardware_concurrency();
  return processors > 0 ? processors : 1;
}

CLAMS_INLINE Error shutting_down() {
  return {ErrorCode::unavailable, "This server is shutting down. Please retry later."};
}

/// Reads the pieces of an answer, and stops its work if it is destroyed before their end.
class RequestLine::Pieces {
 public:
  Pieces(RequestLine& line, std::shared_ptr<http::Job> job, std::shared_ptr<PendingAnswer> pending)
      : line_(line), job_(std::move(job)), pending_(std::move(pending)) {}
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;
  Pieces(Pieces&&) = delete;
  Pieces& operator=(Pieces&&) = delete;
  ~Pieces() {
    if (ended_) return;
    pending_->abandon();
    line_.queue_.abandon(job_);
  }

  [[nodiscard]] std::optional<std::string> next() {
    if (line_.given_up_) throw shutting_down();
    auto piece = pending_->next_piece(kClientPollInterval);
    ended_ = !piece.has_value();
    return piece;
  }

 private:
  RequestLine& line_;
  std::shared_ptr<http::Job> job_;
  std::shared_ptr<PendingAnswer> pending_;
  bool ended_ = false;
};

CLAMS_INLINE RequestLine::RequestLine(const http::ServiceOptions& options, http::Metrics& metrics)
    : metrics_(metrics), queue_(worker_count(options.workers), options.queue_limit) {}

CLAMS_INLINE http::Response RequestLine::answer(const http::Request& request, Work work,
                                                const Refuse& refuse) {
  const auto pending = std::make_shared<PendingAnswer>();
  const auto job = submit(std::move(work), pending);
  return job ? wait_for(job, pending, request, refuse) : refuse(why_full());
}

CLAMS_INLINE std::shared_ptr<http::Job> RequestLine::submit(
    Work work, const std::shared_ptr<PendingAnswer>& pending) {
  const auto since = std::chrono::steady_clock::now();
  return queue_.submit([this, work = std::move(work), pending, since](const std::stop_token& stop) {
    metrics_.observe_queue_wait(std::chrono::steady_clock::now() - since);
    pending->finish(work(stop, *pending));
  });
}

CLAMS_INLINE http::Response RequestLine::wait_for(const std::shared_ptr<http::Job>& job,
                                                  const std::shared_ptr<PendingAnswer>& pending,
                                                  const http::Request& request,
                                                  const Refuse& refuse) {
  while (!pending->wait_for(kClientPollInterval)) {
    const bool is_refused = job->wait_for(std::chrono::milliseconds{0}) == http::JobState::refused;
    if (is_refused || given_up_) return refuse(shutting_down());
    if (request.client_has_left && request.client_has_left()) {
      queue_.abandon(job);
      return {.status = kClientClosedRequest};
    }
  }
  return take(job, pending);
}

CLAMS_INLINE http::Response RequestLine::take(const std::shared_ptr<http::Job>& job,
                                              const std::shared_ptr<PendingAnswer>& pending) {
  http::Response answer = pending->take();
  if (pending->has_begun()) {
    auto pieces = std::make_shared<Pieces>(*this, job, pending);
    answer.next_piece = [pieces] { return pieces->next(); };
    return answer;
  }
  // Who has the answer finds the queue as it is without this request.
  while (job->wait_for(kClientPollInterval) != http::JobState::done) continue;
  return answer;
}

CLAMS_INLINE Error RequestLine::why_full() const {
  if (queue_.is_draining()) return shutting_down();
  const auto counts = queue_.counts();
  return {ErrorCode::unavailable, "All " + std::to_string(counts.workers) +
                                      " workers are busy and " + std::to_string(counts.waiting) +
                                      " requests wait already. Please retry later."};
}

}  // namespace clams::detail
