// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/route_endpoint.hpp>
#include <clams/serve/error_response.hpp>
#include <clams/serve/memory_refusal.hpp>
#include <clams/serve/route_call.hpp>
#include <clams/util/config.hpp>

#include <chrono>
#include <new>
#include <utility>

namespace clams::detail {

/// What a worker needs. Shared, because the one who waits may leave.
struct RouteEndpoint::Task {
  http::Request request;
  const http::Route& route;
  std::shared_ptr<http::AnswerSink> sink;
};

/// As an error is told to clients that know HTTP's statuses.
CLAMS_INLINE http::RouteFailure route_failure(const Error& error, std::chrono::seconds retry) {
  const int status = http::http_status(error.code(), http::ErrorStyle::problem);
  http::RouteFailure failure{.status = status};
  failure.message =
      may_be_told(error.code()) ? error.what() : std::string{http::reason_phrase(status)};
  if (status == 503) failure.retry_after = retry;
  return failure;
}

CLAMS_INLINE http::Response route_failure_response(const http::Route& route,
                                                   const http::RouteFailure& failure) {
  http::Response response = route.tell_failure
                                ? route.tell_failure(failure)
                                : http::message_response(failure.status, failure.message);
  if (failure.retry_after) {
    response.headers.emplace_back("Retry-After", std::to_string(failure.retry_after->count()));
  }
  return response;
}

CLAMS_INLINE RouteEndpoint::RouteEndpoint(const AppRunner& runner,
                                          const http::ServiceOptions& options, RequestLine& line)
    : runner_(runner), options_(options), line_(line) {}

CLAMS_INLINE void RouteEndpoint::answer(http::Request request, const http::Route& route,
                                        const std::string& request_id,
                                        const std::shared_ptr<http::AnswerSink>& sink) {
  RequestOptions options{.id = request_id};
  if (options_.request_timeout) {
    options.deadline = std::chrono::steady_clock::now() + *options_.request_timeout;
  }
  const auto task = std::make_shared<Task>(Task{std::move(request), route, sink});
  if (route.lane == http::RouteLane::at_once) {
    auto answer = run(*task, std::move(options));
    return answer ? sink->send(*std::move(answer)) : sink->end();
  }
  line_.enter(
      options.id,
      [this, task, options](const std::stop_token& stop) {
        RequestOptions stoppable = options;
        stoppable.stop = stop;
        return run(*task, std::move(stoppable));
      },
      [this, &route](const Error& error) {
        return route_failure_response(route, route_failure(error, options_.retry_after));
      },
      sink);
}

CLAMS_INLINE std::optional<http::Response> RouteEndpoint::run(const Task& task,
                                                              RequestOptions options) const {
  const Logger logger = runner_.logger().with_request_id(options.id);
  http::RouteCall call{runner_, std::move(options), *task.sink};
  try {
    http::Response answer = task.route.handler(task.request, call);
    return call.has_begun() ? std::nullopt : std::optional{std::move(answer)};
  } catch (...) {
    http::Response failure = answer_failure(task, logger);
    if (!call.has_begun()) return failure;
    task.sink->break_off();
    return std::nullopt;
  }
}

// To be called within a catch block.
CLAMS_INLINE http::Response RouteEndpoint::answer_failure(const Task& task,
                                                          const Logger& logger) const {
  const std::string what = task.route.method + ' ' + task.route.path + ": ";
  http::RouteFailure failure{.status = 500, .message = std::string{http::reason_phrase(500)}};
  try {
    throw;
  } catch (const InsufficientMemory& error) {
    logger.info(what + error.what());
    if (!task.route.tell_failure) {
      return http::memory_refusal_response(error.refusal(), options_.error_style,
                                           options_.memory_refusal_status);
    }
    failure = {.status = options_.memory_refusal_status,
               .message = error.what(),
               .retry_after = error.refusal().retry_after};
  } catch (const Error& error) {
    logger.info(what + error.what());
    failure = route_failure(error, options_.retry_after);
  } catch (const std::bad_alloc&) {
    logger.error(what + "out of memory");
    failure = {.status = 503,
               .message = "Out of memory. Please retry later.",
               .retry_after = options_.retry_after};
  } catch (const std::exception& error) {
    logger.error(what + error.what());
  } catch (...) {
    logger.error(what + "something that is no std::exception was thrown");
  }
  return route_failure_response(task.route, failure);
}

}  // namespace clams::detail
