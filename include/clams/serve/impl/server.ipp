// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/impl/gated_server.hpp>
#include <clams/serve/impl/listening.hpp>
#include <clams/serve/server.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace clams {

namespace detail {

// How long a stopping server lets answers leave that are written already.
inline constexpr std::chrono::milliseconds kFarewell{1000};
inline constexpr std::chrono::milliseconds kStopPollInterval{20};
// Threads that are kept even when there is nothing to do.
inline constexpr std::size_t kBaseConnectionThreads = 4;

}  // namespace detail

namespace http {

struct Server::Impl {
  Impl(const AppRunner& runner, ServerOptions given)
      : options(std::move(given)),
        service(runner, options.service),
        server(service, connections, options.keep_alive),
        logger(runner.logger()) {}

  [[nodiscard]] bool wait_for_end(Clock::SteadyTime deadline);
  StopResult stop();

  const ServerOptions options;
  Service service;
  detail::Connections connections;
  detail::GatedServer server;
  Logger logger;
  std::atomic<int> port = 0;
  std::atomic<bool> hurried = false;
  std::thread listener;
  std::mutex stop_mutex;  // guards stopping, stopped and result
  std::condition_variable stop_ended;
  bool started = false;
  bool stopping = false;
  bool stopped = false;
  StopResult result = StopResult::drained;
};

CLAMS_INLINE Server::Server(const AppRunner& runner, ServerOptions options)
    : impl_(std::make_unique<Impl>(runner, std::move(options))) {
  const std::size_t most = std::max(impl_->options.max_connections, detail::kBaseConnectionThreads);
  impl_->server.new_task_queue = [most]() -> httplib::TaskQueue* {
    return new httplib::ThreadPool(detail::kBaseConnectionThreads, most);
  };
}

CLAMS_INLINE Server::~Server() { stop(); }

CLAMS_INLINE void Server::start() {
  impl_->port = detail::bind_server(impl_->server, impl_->options);
  impl_->service.open();
  impl_->listener = std::thread{[impl = impl_.get()] { impl->server.listen_after_bind(); }};
  impl_->server.wait_until_ready();
  {
    const std::scoped_lock lock{impl_->stop_mutex};
    impl_->started = true;
  }
  impl_->logger.info("listening on " + url());
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
  server.stop();
  connections.drain();
  const bool drained = wait_for_end(deadline);
  if (!drained) {
    logger.warning("stopping: requests that still ran are answered 503");
    service.cut_off();
  }
  if (!connections.wait_until_none(detail::kFarewell)) connections.break_all();
  listener.join();
  detail::remove_socket_file(options);
  return drained ? StopResult::drained : StopResult::cut_off;
}

CLAMS_INLINE bool Server::Impl::wait_for_end(Clock::SteadyTime deadline) {
  while (!service.wait_until_idle(detail::kStopPollInterval) ||
         !connections.wait_until_none(detail::kStopPollInterval)) {
    if (hurried || std::chrono::steady_clock::now() >= deadline) return false;
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
