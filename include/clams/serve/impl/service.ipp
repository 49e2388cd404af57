// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/metadata_json.hpp>
#include <clams/serve/detail/answers.hpp>
#include <clams/serve/memory_figures.hpp>
#include <clams/serve/request_id.hpp>
#include <clams/serve/service.hpp>
#include <clams/util/config.hpp>
#include <clams/util/query_string.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace clams {

namespace detail {

inline constexpr const char* kAppMethods = "GET, HEAD, OPTIONS, POST, PUT";
inline constexpr const char* kControlMethods = "GET, HEAD, OPTIONS";
inline constexpr std::array<std::string_view, 4> kControlPaths{"/healthz", "/readyz", "/metrics",
                                                               "/runtime"};

CLAMS_INLINE bool is_app_path(std::string_view path) {
  return !path.empty() && path.find_first_not_of('/') == std::string_view::npos;
}

CLAMS_INLINE bool is_control_path(std::string_view path) {
  return std::find(kControlPaths.begin(), kControlPaths.end(), path) != kControlPaths.end();
}

// The first value counts, as for every single-valued parameter.
CLAMS_INLINE bool is_switched_on(const std::vector<QueryItem>& query, std::string_view name) {
  const auto item = std::find_if(query.begin(), query.end(),
                                 [name](const QueryItem& i) { return i.name == name; });
  return item != query.end() && is_true(item->value);
}

CLAMS_INLINE bool is_read(const std::string& method) { return method == "GET" || method == "HEAD"; }

}  // namespace detail

namespace http {

CLAMS_INLINE bool takes_body(std::string_view method, std::string_view path) noexcept {
  return (method == "POST" || method == "PUT") && detail::is_app_path(path);
}

CLAMS_INLINE Service::Service(const AppRunner& runner, ServiceOptions options)
    : runner_(runner),
      options_(std::move(options)),
      metrics_({.app = runner.metadata().identifier, .app_version = runner.metadata().app_version}),
      annotate_(runner, options_, metrics_),
      models_(runner, annotate_) {
  if (!options_.token_file.empty()) token_ = BearerToken::from_file(options_.token_file);
}

CLAMS_INLINE Response Service::answer(Request request) {
  const auto start = std::chrono::steady_clock::now();
  const std::string id = choose_request_id(header_value(request, "x-request-id"));
  Response response = answer_or_throw(request, id);
  response.headers.emplace_back("X-Request-Id", id);
  record(request, response, id, start);
  return response;
}

CLAMS_INLINE Response Service::answer_or_throw(Request& request, const std::string& id) {
  try {
    return route(request, id);
  } catch (const Error& error) {
    runner_.logger().with_request_id(id).error(error.what());
    return error_response(error, options_.error_style, options_.retry_after);
  } catch (const std::exception& error) {
    runner_.logger().with_request_id(id).error(error.what());
    return message_response(500, reason_phrase(500));
  }
}

CLAMS_INLINE Response Service::refuse(int status, std::string_view message) {
  runner_.logger().info("refused with " + std::to_string(status) + ": " + std::string{message});
  return message_response(status, message);
}

CLAMS_INLINE Response Service::route(Request& request, const std::string& id) {
  if (!is_allowed(request)) return detail::unauthorized();
  if (detail::is_app_path(request.path)) return answer_app(request, id);
  if (detail::is_control_path(request.path)) return answer_control(request);
  if (ModelControl::takes(request.path)) return models_.answer(request, id);
  return not_found_page();
}

// Probes carry no token, and tell nothing.
CLAMS_INLINE bool Service::is_allowed(const Request& request) const {
  if (!token_ || request.path == "/healthz" || request.path == "/readyz") return true;
  return token_->admits(header_value(request, "authorization"));
}

CLAMS_INLINE Response Service::answer_app(Request& request, const std::string& id) {
  if (takes_body(request.method, request.path)) {
    return phase_ == Phase::warming ? warming() : annotate_.answer(request, id);
  }
  if (detail::is_read(request.method)) return describe(request);
  if (request.method == "OPTIONS") return detail::allow_response(detail::kAppMethods);
  return detail::method_not_allowed(detail::kAppMethods);
}

CLAMS_INLINE Response Service::warming() const {
  return error_response(
      Error{ErrorCode::unavailable, "This app is loading its models. Please retry later."},
      options_.error_style, options_.retry_after);
}

CLAMS_INLINE Response Service::answer_control(const Request& request) {
  if (request.method == "OPTIONS") return detail::allow_response(detail::kControlMethods);
  if (!detail::is_read(request.method)) {
    return detail::method_not_allowed(detail::kControlMethods);
  }
  if (request.path == "/healthz") return detail::plain_response(200, "ok");
  if (request.path == "/readyz") return ready();
  if (request.path == "/metrics") {
    return {
        .content_type = kMetricsContentType,
        .body = metrics_.text(annotate_.queue().counts()) + memory_metrics_text(runner_.memory())};
  }
  return detail::json_response(runtime_report(runner_, phase_, start_, annotate_.queue().counts()));
}

CLAMS_INLINE Response Service::ready() const {
  const Phase phase = phase_;
  return detail::plain_response(phase == Phase::ready ? 200 : 503, phase_name(phase));
}

CLAMS_INLINE Response Service::describe(const Request& request) const {
  const auto query = parse_query(request.query);
  const JsonLayout layout =
      detail::is_switched_on(query, "pretty") ? JsonLayout::pretty : JsonLayout::compact;
  Json metadata = metadata_json(runner_.metadata());
  if (detail::is_switched_on(query, "includeVRAM") ||
      detail::is_switched_on(query, "includeRuntime")) {
    metadata["runtime"] = runtime_figures(annotate_.queue().counts(), runner_.memory());
  }
  return {.content_type = "application/json",
          .body = write_json(metadata, layout, JsonSpelling::metadata)};
}

CLAMS_INLINE void Service::record(const Request& request, const Response& response,
                                  const std::string& id, Clock::SteadyTime start) {
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - start;
  const bool is_annotate = takes_body(request.method, request.path);
  if (is_annotate) metrics_.count_request(response.status, duration);
  const LogLevel level = is_annotate ? LogLevel::info : LogLevel::debug;
  if (!runner_.logger().writes(level)) return;
  runner_.logger().with_request_id(id).log(
      level, request.method + ' ' + request.path + ' ' + std::to_string(response.status) + ' ' +
                 std::to_string(response.body.size()) + " bytes " +
                 std::to_string(duration.count()) + " s");
}

// A worker does it, so that it ends as a request does when the service ends.
CLAMS_INLINE void Service::open() {
  if (!options_.warm_up) return become_ready();
  phase_ = Phase::warming;
  const auto job = annotate_.queue().submit([this](const std::stop_token& stop) {
    runner_.warm_up(stop);
    become_ready();
  });
  if (!job) become_ready();  // it is draining
}

CLAMS_INLINE void Service::become_ready() noexcept {
  Phase phase = phase_;
  while (phase != Phase::draining && !phase_.compare_exchange_weak(phase, Phase::ready)) {
  }
}

CLAMS_INLINE void Service::drain() {
  phase_ = Phase::draining;
  annotate_.queue().drain();
}

CLAMS_INLINE void Service::cut_off() {
  annotate_.queue().stop_running();
  annotate_.give_up_waiting();
}

CLAMS_INLINE bool Service::wait_until_idle(std::chrono::milliseconds patience) {
  return annotate_.queue().wait_until_idle(patience);
}

}  // namespace http
}  // namespace clams
