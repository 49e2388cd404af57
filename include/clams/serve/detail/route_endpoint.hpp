// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/serve/answer_sink.hpp>
#include <clams/serve/detail/request_line.hpp>
#include <clams/serve/message.hpp>
#include <clams/serve/route_table.hpp>
#include <clams/serve/service_options.hpp>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace clams::detail {

/// Answers requests to the app's own routes.
///
/// Ownership: borrows the runner, the options and the line, which must outlive it.
/// Threads: thread-safe; only a route that is answered at once is run by the caller.
/// Errors: none are thrown; every failure is an answer.
class RouteEndpoint {
 public:
  RouteEndpoint(const AppRunner& runner, const http::ServiceOptions& options, RequestLine& line);

  /// @param route must live as long as the endpoint.
  void answer(http::Request request, const http::Route& route, const std::string& request_id,
              const std::shared_ptr<http::AnswerSink>& sink);

 private:
  struct Task;

  [[nodiscard]] std::optional<http::Response> run(const Task& task, RequestOptions options) const;
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
