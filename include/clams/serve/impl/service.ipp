// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/metadata_json.hpp>
#include <clams/serve/detail/answers.hpp>
#include <clams/serve/detail/content_coding.hpp>
#include <clams/serve/detail/known_paths.hpp>
#include <clams/serve/detail/pending_answer.hpp>
#include <clams/serve/gpu_status.hpp>
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
// A body that nobody reads.
inline constexpr std::uint64_t kIgnoredBodyLimit = std::uint64_t{64} << 10U;

// The first value counts, as for every single-valued parameter.
CLAMS_INLINE bool is_switched_on(const std::vector<QueryItem>& query, std::string_view name) {
  const auto item = std::find_if(query.begin(), query.end(),
                                 [name](const QueryItem& i) { return i.name == name; });
  return item != query.end() && is_true(item->value);
}

CLAMS_INLINE bool is_read(const std::string& method) { return method == "GET" || method == "HEAD"; }

}  // namespace detail

namespace http {

CLAMS_INLINE Service::Service(const AppRunner& runner, ServiceOptions options, RouteTable routes)
    : runner_(runner),
      options_(std::move(options)),
      routes_(std::move(routes)),
      metrics_({.app = runner.metadata().identifier, .app_version = runner.metadata().app_version}),
      line_(options_, metrics_),
      annotate_(runner, options_, line_),
      route_endpoint_(runner, options_, line_),
      models_(runner, annotate_) {
  if (!options_.token_file.empty()) token_ = BearerToken::from_file(options_.token_file);
}

CLAMS_INLINE bool Service::takes_body(std::string_view method, std::string_view path) const {
  if (detail::is_annotate(method, path)) return true;
  return (method == "POST" || method == "PUT") && routes_.find(method, path) != nullptr;
}

/// Adds the request's id to the answer on its way, and has it counted and logged.
class Service::Recorder final : public AnswerSink {
 public:
  Recorder(Service& service, const Request& request, std::string id,
           std::shared_ptr<AnswerSink> sink)
      : service_(service),
        method_(request.method),
        path_(request.path),
        id_(std::move(id)),
        sink_(std::move(sink)) {}

  void send(Response answer) override {
    if (!is_first()) return;
    finish(answer);
    sink_->send(std::move(answer));
  }
  void begin(Response head) override {
    if (!is_first()) return;
    finish(head);
    sink_->begin(std::move(head));
  }
  void send_piece(std::string piece) override { sink_->send_piece(std::move(piece)); }
  void end() override { sink_->end(); }
  void break_off() override { sink_->break_off(); }
  void when_client_leaves(std::function<void()> then) override {
    sink_->when_client_leaves(std::move(then));
  }

  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] std::chrono::duration<double> duration() const {
    return std::chrono::steady_clock::now() - start_;
  }

 private:
  [[nodiscard]] bool is_first() { return !answered_.exchange(true); }

  void finish(Response& answer) {
    answer.headers.emplace_back("X-Request-Id", id_);
    service_.record(*this, answer);
  }

  Service& service_;
  const std::string method_;
  const std::string path_;
  const std::string id_;
  const std::shared_ptr<AnswerSink> sink_;
  const Clock::SteadyTime start_ = std::chrono::steady_clock::now();
  std::atomic<bool> answered_ = false;
};

CLAMS_INLINE void Service::serve(Request request, const std::shared_ptr<AnswerSink>& sink) {
  const std::string id = choose_request_id(header_value(request, "x-request-id"));
  const auto recorder = std::make_shared<Recorder>(*this, request, id, sink);
  try {
    route(std::move(request), id, recorder);
  } catch (const Error& error) {
    runner_.logger().with_request_id(id).error(error.what());
    recorder->send(error_response(error, options_.error_style, options_.retry_after));
  } catch (const std::exception& error) {
    runner_.logger().with_request_id(id).error(error.what());
    recorder->send(message_response(500, reason_phrase(500)));
  }
}

CLAMS_INLINE Response Service::answer(Request request) {
  const auto pending = std::make_shared<clams::detail::PendingAnswer>();
  const auto client_has_left = request.client_has_left;
  serve(std::move(request), pending);
  while (!pending->wait_for(clams::detail::kClientPollInterval)) {
    if (client_has_left && client_has_left()) pending->leave();
  }
  return clams::detail::take_answer(pending);
}

CLAMS_INLINE Response Service::refuse(int status, std::string_view message) {
  runner_.logger().info("refused with " + std::to_string(status) + ": " + std::string{message});
  return message_response(status, message);
}

CLAMS_INLINE void Service::route(Request request, const std::string& id,
                                 const std::shared_ptr<AnswerSink>& sink) {
  if (auto refused = objection(request)) return sink->send(*std::move(refused));
  if (request.body.size() > body_limit(request)) return sink->send(too_large(request));
  if (takes_long(request) && phase_ == Phase::warming) return sink->send(warming());
  if (routes_.has(request.path)) return answer_route(std::move(request), id, sink);
  if (detail::is_annotate(request.method, request.path)) {
    return annotate_.answer(std::move(request), id, sink);
  }
  if (detail::is_app_path(request.path)) return sink->send(answer_app(request));
  if (detail::is_control_path(request.path)) return sink->send(answer_control(request));
  if (ModelControl::takes(request.path)) return models_.answer(request, id, sink);
  sink->send(not_found_page());
}

CLAMS_INLINE Response Service::too_large(const Request& request) const {
  const std::string text = "The body is larger than " +
                           to_text(Bytes{static_cast<std::int64_t>(body_limit(request))}) + '.';
  const Route* const route = routes_.find(request.method, request.path);
  return route != nullptr
             ? clams::detail::route_failure_response(*route, {.status = 413, .message = text})
             : message_response(413, text);
}

CLAMS_INLINE std::optional<Response> Service::objection(const Request& request) const {
  if (!is_allowed(request)) return detail::unauthorized();
  const std::string coding = header_value(request, "content-encoding");
  const bool is_undone = options_.accept_gzip && clams::detail::is_gzip(coding) &&
                         detail::is_annotate(request.method, request.path);
  if (options_.error_style == ErrorStyle::problem && !coding.empty() && coding != "identity" &&
      !is_undone && takes_body(request.method, request.path)) {
    return problem_response(415, "Content-Encoding is not supported; send the body as it is.");
  }
  return std::nullopt;
}

CLAMS_INLINE std::uint64_t Service::body_limit(const Request& request) const {
  return takes_body(request.method, request.path)
             ? static_cast<std::uint64_t>(options_.max_body.count())
             : detail::kIgnoredBodyLimit;
}

CLAMS_INLINE bool Service::takes_long(const Request& request) const {
  const Route* const route = routes_.find(request.method, request.path);
  return route != nullptr ? route->lane == RouteLane::worker
                          : detail::is_annotate(request.method, request.path);
}

// Probes carry no token, and tell nothing.
CLAMS_INLINE bool Service::is_allowed(const Request& request) const {
  if (!token_ || request.path == "/healthz" || request.path == "/readyz") return true;
  return token_->admits(header_value(request, "authorization"));
}

CLAMS_INLINE Response Service::answer_app(const Request& request) const {
  if (detail::is_read(request.method)) return describe(request);
  if (request.method == "OPTIONS") return detail::allow_response(detail::kAppMethods);
  return detail::method_not_allowed(detail::kAppMethods);
}

CLAMS_INLINE void Service::answer_route(Request request, const std::string& id,
                                        const std::shared_ptr<AnswerSink>& sink) {
  if (request.method == "OPTIONS") {
    const std::string methods = routes_.methods(request.path);
    if (!methods.empty()) return sink->send(detail::allow_response(methods));
  }
  const Route* const route = routes_.find(request.method, request.path);
  if (route != nullptr) return route_endpoint_.answer(std::move(request), *route, id, sink);
  sink->send(detail::method_not_allowed(routes_.methods(request.path)));
}

CLAMS_INLINE Response Service::answer_control(const Request& request) {
  if (request.method == "OPTIONS") return detail::allow_response(detail::kControlMethods);
  if (!detail::is_read(request.method)) {
    return detail::method_not_allowed(detail::kControlMethods);
  }
  if (request.path == "/healthz") return detail::plain_response(200, "ok");
  if (request.path == "/readyz") return ready();
  if (request.path == "/metrics") {
    return {.content_type = kMetricsContentType,
            .body = metrics_.text(line_.queue().counts()) + memory_metrics_text(runner_.memory())};
  }
  if (request.path == "/gpu-status") return detail::json_response(gpu_status(runner_.memory()));
  return detail::json_response(runtime_report(runner_, phase_, start_, line_.queue()));
}

CLAMS_INLINE Response Service::ready() const {
  const Phase phase = phase_;
  return detail::plain_response(phase == Phase::ready ? 200 : 503, phase_name(phase));
}

CLAMS_INLINE Response Service::warming() const {
  return error_response(
      Error{ErrorCode::unavailable, "This app is loading its models. Please retry later."},
      options_.error_style, options_.retry_after);
}

CLAMS_INLINE Response Service::describe(const Request& request) const {
  const auto query = parse_query(request.query);
  const JsonLayout layout =
      detail::is_switched_on(query, "pretty") ? JsonLayout::pretty : JsonLayout::compact;
  Json metadata = metadata_json(runner_.metadata());
  if (detail::is_switched_on(query, "includeVRAM") ||
      detail::is_switched_on(query, "includeRuntime")) {
    metadata["runtime"] = runtime_figures(line_.queue(), runner_.memory());
  }
  return {.content_type = "application/json",
          .body = write_json(metadata, layout, JsonSpelling::metadata)};
}

CLAMS_INLINE void Service::record(const Recorder& answered, const Response& response) {
  const auto duration = answered.duration();
  const Route* const route = routes_.find(answered.method(), answered.path());
  const bool is_annotate = detail::is_annotate(answered.method(), answered.path());
  if (route != nullptr) {
    metrics_.count_route_request(route->path, response.status, duration);
  } else if (is_annotate) {
    metrics_.count_request(response.status, duration);
  }
  const LogLevel level = route != nullptr || is_annotate ? LogLevel::info : LogLevel::debug;
  if (!runner_.logger().writes(level)) return;
  runner_.logger()
      .with_request_id(answered.id())
      .log(level, answered.method() + ' ' + answered.path() + ' ' +
                      std::to_string(response.status) + ' ' + std::to_string(response.body.size()) +
                      " bytes " + std::to_string(duration.count()) + " s");
}

// A worker does it, so that it ends as a request does when the service ends.
CLAMS_INLINE void Service::open() {
  if (!options_.warm_up) return become_ready();
  phase_ = Phase::warming;
  const auto job = line_.queue().submit([this](const std::stop_token& stop) {
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
  line_.queue().drain();
}

CLAMS_INLINE void Service::cut_off() {
  line_.queue().stop_running();
  line_.give_up_waiting();
}

CLAMS_INLINE bool Service::wait_until_idle(std::chrono::milliseconds patience) {
  return line_.queue().wait_until_idle(patience);
}

}  // namespace http
}  // namespace clams
