// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/serve/annotate_endpoint.hpp>
#include <clams/serve/bearer_token.hpp>
#include <clams/serve/message.hpp>
#include <clams/serve/metrics.hpp>
#include <clams/serve/model_control.hpp>
#include <clams/serve/runtime_report.hpp>
#include <clams/serve/service_options.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace clams::http {

/// Whether a request's body is to be read: only annotate requests have one.
[[nodiscard]] bool takes_body(std::string_view method, std::string_view path) noexcept;

/// Everything a CLAMS app answers over HTTP, free of sockets: the app at `/`, and `/healthz`,
/// `/readyz`, `/metrics`, `/runtime`; and, to who is on this machine, `POST /models/load` and
/// `/models/unload`.
///
/// Ownership: borrows the runner, which must outlive it; owns workers, metrics and token.
/// Threads: thread-safe; only annotate requests block, and the others never wait for them.
/// Errors: the constructor throws Error usage for a bad token file; `answer` throws nothing but
///   std::bad_alloc.
class Service {
 public:
  explicit Service(const AppRunner& runner, ServiceOptions options = {});

  /// The answer, with the request's id in `X-Request-Id` and in the log.
  [[nodiscard]] Response answer(Request request);

  /// The answer to bytes that are no request that could be routed; counted and logged.
  [[nodiscard]] Response refuse(int status, std::string_view message);

  /// Whether the request shows the token that is asked for, if one is.
  [[nodiscard]] bool is_allowed(const Request& request) const;

  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  [[nodiscard]] const ServiceOptions& options() const noexcept { return options_; }

  /// How many annotate requests wait for a worker.
  [[nodiscard]] std::size_t waiting() const { return annotate_.queue().counts().waiting; }

  /// The service is open: ready at once, or when the warm-up is done that the options may ask for.
  /// Until then annotate requests are answered 503.
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
  [[nodiscard]] Response answer_or_throw(Request& request, const std::string& id);
  [[nodiscard]] Response route(Request& request, const std::string& id);
  [[nodiscard]] Response answer_app(Request& request, const std::string& id);
  [[nodiscard]] Response warming() const;
  [[nodiscard]] Response answer_control(const Request& request);
  [[nodiscard]] Response describe(const Request& request) const;
  [[nodiscard]] Response ready() const;
  void record(const Request& request, const Response& response, const std::string& id,
              Clock::SteadyTime start);

  const AppRunner& runner_;
  const ServiceOptions options_;
  const Clock::SteadyTime start_ = std::chrono::steady_clock::now();
  std::optional<BearerToken> token_;
  std::atomic<Phase> phase_ = Phase::starting;
  Metrics metrics_;
  AnnotateEndpoint annotate_;
  ModelControl models_;
};

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/service.ipp>
#endif
