// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/serve/message.hpp>
#include <clams/serve/metrics.hpp>
#include <clams/serve/service_options.hpp>
#include <clams/serve/work_queue.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace clams::http {

/// Answers POST and PUT: hands the body to a worker, waits for the result, and gives up when the
/// client does.
///
/// Ownership: borrows the runner and the metrics, which must outlive it; owns the workers.
/// Threads: thread-safe; a call blocks its thread until the request is done.
/// Errors: none are thrown; every failure is an answer.
class AnnotateEndpoint {
 public:
  AnnotateEndpoint(const AppRunner& runner, const ServiceOptions& options, Metrics& metrics);

  /// The annotated MMIF, or why there is none. Status 499 if the client has left.
  [[nodiscard]] Response answer(Request& request, const std::string& request_id);

  /// What the app does for a request. May throw whatever it likes; that becomes the answer.
  using Work = std::function<Response(const std::stop_token&)>;

  /// The answer of other work, which waits for a worker, and ends, as annotating does.
  [[nodiscard]] Response answer_with(const Request& request, const std::string& request_id,
                                     Work work);

  [[nodiscard]] WorkQueue& queue() noexcept { return queue_; }
  [[nodiscard]] const WorkQueue& queue() const noexcept { return queue_; }

  /// Requests that are still running are answered 503 from now on, even if the app goes on.
  void give_up_waiting() noexcept { given_up_ = true; }

 private:
  struct Task;

  [[nodiscard]] Response run_app(Task& task) const;
  [[nodiscard]] Response run_safely(const Work& work, const std::stop_token& stop,
                                    const std::string& request_id) const;
  [[nodiscard]] Response wait_for(const std::shared_ptr<Job>& job, Response& response,
                                  const Request& request);
  [[nodiscard]] Response refusal() const;
  [[nodiscard]] Response shutting_down() const;
  [[nodiscard]] std::optional<Response> objection(const Request& request) const;

  const AppRunner& runner_;
  const ServiceOptions options_;
  Metrics& metrics_;
  std::atomic<bool> given_up_ = false;
  WorkQueue queue_;  // last: its threads use all of the above
};

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/annotate_endpoint.ipp>
#endif
