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

/// A copy of the request with its body, which is not copied but taken.
CLAMS_INLINE http::Request with_body_of(http::Request& request) {
  std::string body = std::move(request.body);
  request.body.clear();
  http::Request taken = request;
  taken.body = std::move(body);
  return taken;
}

CLAMS_INLINE RouteEndpoint::RouteEndpoint(const AppRunner& runner,
                                          const http::ServiceOptions& options, RequestLine& line)
    : runner_(runner), options_(options), line_(line) {}

CLAMS_INLINE http::Response RouteEndpoint::answer(http::Request& request, const http::Route& route,
                                                  const std::string& request_id) {
  if (request.body.size() > static_cast<std::size_t>(options_.max_body.count())) {
    return route_failure_response(
        route,
        {.status = 413, .message = "The body is larger than " + to_text(options_.max_body) + "."});
  }
  RequestOptions options{.id = request_id};
  if (options_.request_timeout) {
    options.deadline = std::chrono::steady_clock::now() + *options_.request_timeout;
  }
  const auto task = std::make_shared<Task>(Task{with_body_of(request), route});
  if (route.lane == http::RouteLane::at_once) return run(*task, std::move(options), nullptr);
  return line_.answer(
      task->request,
      [this, task, options](const std::stop_token& stop, PendingAnswer& pending) {
        RequestOptions stoppable = options;
        stoppable.stop = stop;
        return run(*task, std::move(stoppable), &pending);
      },
      [this, &route](const Error& error) {
        return route_failure_response(route, route_failure(error, options_.retry_after));
      });
}

CLAMS_INLINE http::Response RouteEndpoint::run(const Task& task, RequestOptions options,
                                               PendingAnswer* pending) const {
  const Logger logger = runner_.logger().with_request_id(options.id);
  try {
    http::RouteCall call{runner_, std::move(options), pending};
    return task.route.handler(task.request, call);
  } catch (...) {
    if (pending != nullptr) pending->break_off();
    return answer_failure(task, logger);
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
