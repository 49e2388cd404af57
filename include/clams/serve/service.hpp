// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/serve/annotate_endpoint.hpp>
#include <clams/serve/answer_sink.hpp>
#include <clams/serve/bearer_token.hpp>
#include <clams/serve/detail/request_line.hpp>
#include <clams/serve/detail/route_endpoint.hpp>
#include <clams/serve/message.hpp>
#include <clams/serve/metrics.hpp>
#include <clams/serve/model_control.hpp>
#include <clams/serve/route_table.hpp>
#include <clams/serve/runtime_report.hpp>
#include <clams/serve/service_options.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace clams::http {

/// Everything a CLAMS app answers over HTTP, free of sockets: the app at `/`, and `/healthz`,
/// `/readyz`, `/metrics`, `/runtime`, `/gpu-status`; to who is on this machine, `POST /models/load`
/// and
/// `/models/unload`; and the routes that the app brings.
///
/// Ownership: borrows the runner, which must outlive it; owns workers, metrics and token.
/// Threads: thread-safe; no request waits for another but those in line for a worker.
/// Errors: the constructor throws Error usage for a bad token file; `answer` throws nothing but
///   std::bad_alloc.
class Service {
 public:
  explicit Service(const AppRunner& runner, ServiceOptions options = {}, RouteTable routes = {});

  /// Has the request answered to `sink`, with its id in `X-Request-Id` and in the log. Returns at
  /// once if the request takes_long, else when it is answered.
  void serve(Request request, const std::shared_ptr<AnswerSink>& sink);

  /// The same for a caller who waits for the answer in a thread of his own.
  [[nodiscard]] Response answer(Request request);

  /// The answer to bytes that are no request that could be routed; counted and logged.
  [[nodiscard]] Response refuse(int status, std::string_view message);

  /// Whether a request's body is to be read: only annotate requests and routes have one.
  [[nodiscard]] bool takes_body(std::string_view method, std::string_view path) const;

  /// Whether a worker answers the request, when its turn has come.
  [[nodiscard]] bool takes_long(const Request& request) const;

  /// How large the request's body may be.
  [[nodiscard]] std::uint64_t body_limit(const Request& request) const;

  /// What is to be answered without reading the body, judged by the head alone; usually nothing.
  [[nodiscard]] std::optional<Response> objection(const Request& request) const;

  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  [[nodiscard]] const ServiceOptions& options() const noexcept { return options_; }

  /// How many requests run side by side at most.
  [[nodiscard]] std::size_t workers() const { return line_.queue().counts().workers; }

  /// What the workers do while no request waits; see WorkQueue.
  void begin_idle_duty(IdleDuty& duty) { line_.queue().begin_idle_duty(duty); }
  void end_idle_duty() { line_.queue().end_idle_duty(); }

  /// How many requests wait for a worker.
  [[nodiscard]] std::size_t waiting() const { return line_.queue().counts().waiting; }

  [[nodiscard]] const RouteTable& routes() const noexcept { return routes_; }

  /// The service is open: ready at once, or when the warm-up is done that the options may ask for.
  /// Until then requests that take long are answered 503.
  void open();

  /// Readiness is told from now on, unless it drains already.
  void become_ready() noexcept;

  /// Not ready any more: waiting and new annotate requests are answered 503, running ones go on.
  void drain();

  /// Asks what runs to stop, and answers those who wait for it.
  void cut_off();

  /// Waits until no annotate request runs, but not longer than `patience`.
  /// @return whether none runs.
  [[nodiscard]] bool wait_until_idle(std::chrono::milliseconds patience);

 private:
  class Recorder;

  void route(Request request, const std::string& id, const std::shared_ptr<AnswerSink>& sink);
  void answer_route(Request request, const std::string& id,
                    const std::shared_ptr<AnswerSink>& sink);
  [[nodiscard]] bool is_allowed(const Request& request) const;
  [[nodiscard]] Response too_large(const Request& request) const;
  [[nodiscard]] Response answer_app(const Request& request) const;
  [[nodiscard]] Response answer_control(const Request& request);
  [[nodiscard]] Response warming() const;
  [[nodiscard]] Response describe(const Request& request) const;
  [[nodiscard]] Response ready() const;
  void record(const Recorder& answered, const Response& response);

  const AppRunner& runner_;
  const ServiceOptions options_;
  const Clock::SteadyTime start_ = std::chrono::steady_clock::now();
  std::optional<BearerToken> token_;
  std::atomic<Phase> phase_ = Phase::starting;
  const RouteTable routes_;
  Metrics metrics_;
  clams::detail::RequestLine line_;
  AnnotateEndpoint annotate_;
  clams::detail::RouteEndpoint route_endpoint_;
  ModelControl models_;
};

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/service.ipp>
#endif
