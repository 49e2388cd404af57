// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/pending_answer.hpp>
#include <clams/serve/message.hpp>
#include <clams/serve/metrics.hpp>
#include <clams/serve/service_options.hpp>
#include <clams/serve/work_queue.hpp>
#include <clams/util/error.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>

namespace clams::detail {

/// Where requests that take long wait for a worker: hands the work on, waits for the answer, and
/// gives up when the client does.
///
/// Ownership: borrows options and metrics, which must outlive it; owns the workers. Answers in
///   pieces borrow it.
/// Threads: thread-safe; `answer` blocks its thread until there is an answer.
/// Errors: none are thrown; what the line refuses is put into words by `refuse`.
class RequestLine {
 public:
  /// Makes the answer; must not throw.
  using Work = std::function<http::Response(const std::stop_token&, PendingAnswer&)>;
  using Refuse = std::function<http::Response(const Error&)>;

  RequestLine(const http::ServiceOptions& options, http::Metrics& metrics);

  /// The answer to `request`. Status 499 if the client has left.
  [[nodiscard]] http::Response answer(const http::Request& request, Work work,
                                      const Refuse& refuse);

  [[nodiscard]] http::WorkQueue& queue() noexcept { return queue_; }
  [[nodiscard]] const http::WorkQueue& queue() const noexcept { return queue_; }

  /// Requests that are still running are refused from now on, even if their work goes on.
  void give_up_waiting() noexcept { given_up_ = true; }

 private:
  class Pieces;

  [[nodiscard]] std::shared_ptr<http::Job> submit(Work work,
                                                  const std::shared_ptr<PendingAnswer>& pending);
  [[nodiscard]] http::Response wait_for(const std::shared_ptr<http::Job>& job,
                                        const std::shared_ptr<PendingAnswer>& pending,
                                        const http::Request& request, const Refuse& refuse);
  [[nodiscard]] http::Response take(const std::shared_ptr<http::Job>& job,
                                    const std::shared_ptr<PendingAnswer>& pending);
  [[nodiscard]] Error why_full() const;

  http::Metrics& metrics_;
  std::atomic<bool> given_up_ = false;
  http::WorkQueue queue_;  // last: its threads use all of the above
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/request_line.ipp>
#endif
