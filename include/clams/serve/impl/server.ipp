// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/gate.hpp>
#include <clams/serve/impl/listening.hpp>
#include <clams/serve/server.hpp>
#include <clams/serve/startup_banner.hpp>
#include <clams/serve/work_queue.hpp>
#include <clams/util/config.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace clams {

namespace detail {

// How long a stopping server lets answers leave that are written already.
inline constexpr std::chrono::milliseconds kFarewell{1500};
inline constexpr std::chrono::milliseconds kStopPollInterval{20};
// Who answers what needs no worker: probes, metrics, metadata.
inline constexpr std::size_t kControlWorkers = 2;
inline constexpr std::size_t kControlQueue = 4096;

CLAMS_INLINE RequestReader::Rules reader_rules(http::Service& service,
                                               const http::GateOptions& gate) {
  const auto most = static_cast<std::uint64_t>(service.options().max_body.count());
  return {
      .head = {.head = gate.max_head,
               .target = gate.max_target,
               .fields = gate.max_fields,
               .body = most},
      .body_limit = [&service](const http::Request& r) { return service.body_limit(r); },
      .objection = [&service](const http::Request& r) { return service.objection(r); },
      .refuse = [&service](int status,
                           std::string_view message) { return service.refuse(status, message); }};
}

}  // namespace detail

namespace http {

struct Server::Impl {
  Impl(const AppRunner& runner_given, ServerOptions given, RouteTable routes)
      : runner(runner_given),
        options(std::move(given)),
        service(runner_given, options.service, std::move(routes)),
        logger(runner_given.logger()) {
    options.gate.max_connections = detail::possible_connections(options.gate.max_connections);
  }

  void open();
  void take(Request request, const std::shared_ptr<AnswerSink>& sink);
  [[nodiscard]] bool wait_for_end(Clock::SteadyTime deadline);
  StopResult stop();

  const AppRunner& runner;
  ServerOptions options;
  Service service;
  WorkQueue control{detail::kControlWorkers, detail::kControlQueue};
  Logger logger;
  std::optional<detail::Gate> gate;
  std::atomic<int> port = 0;
  std::atomic<bool> hurried = false;
  std::mutex stop_mutex;  // guards started, stopping, stopped and result
  std::condition_variable stop_ended;
  bool started = false;
  bool stopping = false;
  bool stopped = false;
  StopResult result = StopResult::drained;
};

CLAMS_INLINE Server::Server(const AppRunner& runner, ServerOptions options, RouteTable routes)
    : impl_(std::make_unique<Impl>(runner, std::move(options), std::move(routes))) {}

CLAMS_INLINE Server::~Server() { stop(); }

CLAMS_INLINE void Server::start() {
  impl_->open();
  {
    const std::scoped_lock lock{impl_->stop_mutex};
    impl_->started = true;
  }
  if (impl_->logger.writes(LogLevel::info)) {
    const std::size_t workers = impl_->service.workers();
    for (const std::string& line : startup_banner(impl_->runner, workers)) {
      impl_->logger.info(line);
    }
  }
  impl_->logger.info("listening on " + url());
}

CLAMS_INLINE void Server::Impl::open() {
  const int listener = detail::open_listener(options);
  port = detail::port_of(listener);
  gate.emplace(
      listener, detail::reader_rules(service, options.gate), options.gate,
      [this](Request request, const std::shared_ptr<AnswerSink>& sink) {
        take(std::move(request), sink);
      },
      logger, service.workers());
  service.open();
  gate->start();
  service.begin_idle_duty(*gate);
}

// What takes no time is answered by workers of its own, so that the gate never waits for a lock.
CLAMS_INLINE void Server::Impl::take(Request request, const std::shared_ptr<AnswerSink>& sink) {
  if (service.takes_long(request)) return service.serve(std::move(request), sink);
  const auto shared = std::make_shared<Request>(std::move(request));
  const auto job = control.submit([this, shared, sink](const std::stop_token&) {
    try {
      service.serve(std::move(*shared), sink);
    } catch (const std::bad_alloc&) {
      sink->send({.status = 503});
    }
  });
  if (!job) sink->send(service.refuse(503, "Too many requests wait. Please retry later."));
}

CLAMS_INLINE void Server::run() {
  start();
  std::unique_lock lock{impl_->stop_mutex};
  impl_->stop_ended.wait(lock, [this] { return impl_->stopped; });
}

CLAMS_INLINE StopResult Server::stop() {
  {
    std::unique_lock lock{impl_->stop_mutex};
    if (!impl_->started) return StopResult::drained;
    if (std::exchange(impl_->stopping, true)) {
      impl_->stop_ended.wait(lock, [this] { return impl_->stopped; });
      return impl_->result;
    }
  }
  const StopResult result = impl_->stop();
  {
    const std::scoped_lock lock{impl_->stop_mutex};
    impl_->stopped = true;
    impl_->result = result;
  }
  impl_->stop_ended.notify_all();
  return result;
}

CLAMS_INLINE StopResult Server::Impl::stop() {
  logger.info("stopping: running requests may end");
  const auto deadline = std::chrono::steady_clock::now() + options.drain_timeout;
  service.drain();
  gate->drain();
  const bool drained = wait_for_end(deadline);
  if (!drained) {
    logger.warning("stopping: requests that still ran are answered 503");
    service.cut_off();
    gate->close_door();
    (void)gate->wait_until_none(detail::kFarewell);
  }
  gate->stop();
  service.end_idle_duty();
  detail::remove_socket_file(options);
  return drained ? StopResult::drained : StopResult::cut_off;
}

// While requests run, newcomers are told that the service drains: a probe comes anew each time.
CLAMS_INLINE bool Server::Impl::wait_for_end(Clock::SteadyTime deadline) {
  const auto is_over = [&] { return hurried || std::chrono::steady_clock::now() >= deadline; };
  while (!service.wait_until_idle(detail::kStopPollInterval)) {
    if (is_over()) return false;
  }
  gate->close_door();
  while (!gate->wait_until_none(detail::kStopPollInterval)) {
    if (is_over()) return false;
  }
  return true;
}

CLAMS_INLINE void Server::hurry() noexcept { impl_->hurried = true; }

CLAMS_INLINE int Server::port() const noexcept { return impl_->port; }

CLAMS_INLINE std::string Server::url() const {
  const ServerOptions& options = impl_->options;
  if (!options.unix_socket.empty()) return "unix:" + options.unix_socket.string();
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  return "http://" + (is_ipv6 ? '[' + options.host + ']' : options.host) + ':' +
         std::to_string(impl_->port);
}

CLAMS_INLINE Service& Server::service() noexcept { return impl_->service; }

}  // namespace http
}  // namespace clams
