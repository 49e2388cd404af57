// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/serve/detail/request_line.hpp>
#include <clams/serve/message.hpp>
#include <clams/serve/route_table.hpp>
#include <clams/serve/service_options.hpp>

#include <memory>
#include <stop_token>
#include <string>

namespace clams::detail {

/// Answers requests to the app's own routes.
///
/// Ownership: borrows the runner, the options and the line, which must outlive it.
/// Threads: thread-safe; a call blocks its thread until there is an answer.
/// Errors: none are thrown; every failure is an answer.
class RouteEndpoint {
 public:
  RouteEndpoint(const AppRunner& runner, const http::ServiceOptions& options, RequestLine& line);

  /// Takes the body out of `request`.
  /// @param route must live as long as the endpoint.
  [[nodiscard]] http::Response answer(http::Request& request, const http::Route& route,
                                      const std::string& request_id);

 private:
  struct Task;

  [[nodiscard]] http::Response run(const Task& task, RequestOptions options,
                                   PendingAnswer* pending) const;
  [[nodiscard]] http::Response answer_failure(const Task& task, const Logger& logger) const;

  const AppRunner& runner_;
  const http::ServiceOptions& options_;
  RequestLine& line_;
};

/// The failure in the route's own form.
[[nodiscard]] http::Response route_failure_response(const http::Route& route,
                                                    const http::RouteFailure& failure);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/route_endpoint.ipp>
#endif
