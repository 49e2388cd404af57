// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/annotate_endpoint.hpp>
#include <clams/serve/memory_refusal.hpp>
#include <clams/util/config.hpp>

#include <chrono>
#include <new>
#include <thread>
#include <utility>

namespace clams {

namespace detail {

// How soon it is noticed that a client has left.
inline constexpr std::chrono::milliseconds kClientPollInterval{100};
inline constexpr int kClientClosedRequest = 499;

CLAMS_INLINE std::size_t worker_count(std::size_t asked) {
  if (asked > 0) return asked;
  const unsigned processors = std::thread::hardware_concurrency();
  return processors > 0 ? processors : 1;
}

}  // namespace detail

namespace http {

/// What a worker needs. Shared, because the one who waits may leave.
struct AnnotateEndpoint::Task {
  std::string body;
  RawParameters parameters;
  RequestOptions options;
};

CLAMS_INLINE AnnotateEndpoint::AnnotateEndpoint(const AppRunner& runner,
                                                const ServiceOptions& options, Metrics& metrics)
    : runner_(runner),
      options_(options),
      metrics_(metrics),
      queue_(detail::worker_count(options.workers), options.queue_limit) {}

CLAMS_INLINE Response AnnotateEndpoint::answer(Request& request, const std::string& request_id) {
  if (auto refused = objection(request)) return *std::move(refused);
  const auto now = std::chrono::steady_clock::now();
  auto task = std::make_shared<Task>();
  task->body = std::move(request.body);
  task->parameters = query_parameters(request.query);
  task->options.id = request_id;
  if (options_.request_timeout) task->options.deadline = now + *options_.request_timeout;
  return answer_with(request, request_id, [this, task, now](const std::stop_token& stop) {
    metrics_.observe_queue_wait(std::chrono::steady_clock::now() - now);
    task->options.stop = stop;
    return run_app(*task);
  });
}

CLAMS_INLINE Response AnnotateEndpoint::answer_with(const Request& request,
                                                    const std::string& request_id, Work work) {
  const auto response = std::make_shared<Response>();  // shared: the one who waits may leave
  const auto job = queue_.submit(
      [this, request_id, response, work = std::move(work)](const std::stop_token& stop) {
        *response = run_safely(work, stop, request_id);
      });
  return job ? wait_for(job, *response, request) : refusal();
}

CLAMS_INLINE std::optional<Response> AnnotateEndpoint::objection(const Request& request) const {
  if (request.body.size() > static_cast<std::size_t>(options_.max_body.count())) {
    return message_response(413, "The body is larger than " + to_text(options_.max_body) + ".");
  }
  const std::string coding = header_value(request, "content-encoding");
  if (options_.error_style == ErrorStyle::problem && !coding.empty() && coding != "identity") {
    return problem_response(415, "Content-Encoding is not supported; send the body as it is.");
  }
  return std::nullopt;
}

CLAMS_INLINE Response AnnotateEndpoint::wait_for(const std::shared_ptr<Job>& job,
                                                 Response& response, const Request& request) {
  while (true) {
    const JobState state = job->wait_for(detail::kClientPollInterval);
    if (state == JobState::done) return std::move(response);
    if (state == JobState::refused || given_up_) return shutting_down();
    if (request.client_has_left && request.client_has_left()) {
      queue_.abandon(job);
      return {.status = detail::kClientClosedRequest};
    }
  }
}

CLAMS_INLINE Response AnnotateEndpoint::run_app(Task& task) const {
  RunResult result = runner_.annotate(std::move(task.body), task.parameters, task.options);
  if (result.outcome == RunOutcome::parameters_refused &&
      options_.error_style == ErrorStyle::problem) {
    return error_response(Error{ErrorCode::invalid_parameter, result.problem},
                          options_.error_style);
  }
  return {.status = result.outcome == RunOutcome::annotated ? 200 : 500,
          .content_type = "application/json",
          .body = std::move(result.mmif)};
}

CLAMS_INLINE Response AnnotateEndpoint::run_safely(const Work& work, const std::stop_token& stop,
                                                   const std::string& request_id) const {
  const Logger logger = runner_.logger().with_request_id(request_id);
  try {
    return work(stop);
  } catch (const InsufficientMemory& error) {
    return memory_refusal_response(error.refusal(), options_.error_style,
                                   options_.memory_refusal_status);
  } catch (const Error& error) {
    logger.info(std::string{"not done: "} + error.what());
    return error_response(error, options_.error_style, options_.retry_after);
  } catch (const std::bad_alloc&) {
    logger.error("not done: out of memory");
    return error_response(Error{ErrorCode::unavailable, "Out of memory. Please retry later."},
                          options_.error_style, options_.retry_after);
  } catch (const std::exception& error) {
    logger.error(std::string{"not done: "} + error.what());
    return message_response(500, reason_phrase(500));
  }
}

CLAMS_INLINE Response AnnotateEndpoint::refusal() const {
  const auto counts = queue_.counts();
  if (queue_.is_draining()) return shutting_down();
  return error_response(
      Error{ErrorCode::unavailable, "All " + std::to_string(counts.workers) +
                                        " workers are busy and " + std::to_string(counts.waiting) +
                                        " requests wait already. Please retry later."},
      options_.error_style, options_.retry_after);
}

CLAMS_INLINE Response AnnotateEndpoint::shutting_down() const {
  return error_response(
      Error{ErrorCode::unavailable, "This server is shutting down. Please retry later."},
      options_.error_style, options_.retry_after);
}

}  // namespace http
}  // namespace clams
