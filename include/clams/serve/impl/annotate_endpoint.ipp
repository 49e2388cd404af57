// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/annotate_endpoint.hpp>
#include <clams/serve/detail/content_coding.hpp>
#include <clams/serve/memory_refusal.hpp>
#include <clams/util/config.hpp>
#include <clams/util/json_depth.hpp>

#include <chrono>
#include <memory>
#include <new>
#include <utility>

namespace clams::http {

/// What a worker needs. Shared, because the one who waits may leave.
struct AnnotateEndpoint::Task {
  std::string body;
  std::string coding;  // of the body
  RawParameters parameters;
  RequestOptions options;
};

CLAMS_INLINE AnnotateEndpoint::AnnotateEndpoint(const AppRunner& runner,
                                                const ServiceOptions& options,
                                                clams::detail::RequestLine& line)
    : runner_(runner), options_(options), line_(line) {}

CLAMS_INLINE void AnnotateEndpoint::answer(Request request, const std::string& request_id,
                                           std::shared_ptr<AnswerSink> sink) {
  auto task = std::make_shared<Task>();
  task->coding = header_value(request, "content-encoding");
  task->body = std::move(request.body);
  task->parameters = query_parameters(request.query);
  task->options.id = request_id;
  if (options_.request_timeout) {
    task->options.deadline = std::chrono::steady_clock::now() + *options_.request_timeout;
  }
  answer_with(
      request_id, [this, task](const std::stop_token& stop) { return run_app(*task, stop); },
      std::move(sink));
}

CLAMS_INLINE void AnnotateEndpoint::answer_with(const std::string& request_id, Work work,
                                                std::shared_ptr<AnswerSink> sink) {
  line_.enter(
      request_id,
      [this, request_id, work = std::move(work)](const std::stop_token& stop) {
        return run_safely(work, stop, request_id);
      },
      [this](const Error& error) {
        return error_response(error, options_.error_style, options_.retry_after);
      },
      std::move(sink));
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
    logger.info(std::string{"not annotated: "} + error.what());
    return error_response(error, options_.error_style, options_.retry_after);
  } catch (const std::bad_alloc&) {
    logger.error("not annotated: out of memory");
    return error_response(Error{ErrorCode::unavailable, "Out of memory. Please retry later."},
                          options_.error_style, options_.retry_after);
  } catch (const std::exception& error) {
    logger.error(std::string{"not annotated: "} + error.what());
    return message_response(500, reason_phrase(500));
  }
}

CLAMS_INLINE Response AnnotateEndpoint::run_app(Task& task, const std::stop_token& stop) const {
  if (auto refused = clams::detail::undo_coding(task.body, task.coding, options_)) {
    return *std::move(refused);
  }
  if (options_.max_depth < JsonReader::kDepthLimit &&
      is_deeper_than(options_.max_depth, task.body)) {
    throw Error{ErrorCode::invalid_input,
                "Nested deeper than " + std::to_string(options_.max_depth) + " levels"};
  }
  task.options.stop = stop;
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

}  // namespace clams::http
