// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/serve/server_options.hpp>
#include <clams/serve/service.hpp>

#include <memory>
#include <string>

namespace clams::http {

/// How a server's work ended.
enum class StopResult {
  drained,  ///< every request was answered by the app
  cut_off   ///< some had to be answered 503, or the app still runs
};

/// A CLAMS app on a port, or on a Unix socket.
///
///     clams::AppRunner runner{app};
///     clams::http::Server server{runner, {.port = 0}};
///     server.start();
///     // ... requests to server.url() ...
///     server.stop();
///
/// Ownership: borrows the runner, which must outlive it; owns the socket and all threads. The
///   destructor stops it, and waits for an app that ignores its stop token.
/// Threads: thread-safe; `stop` and `hurry` may be called by any thread but those that run the app.
/// Errors: the constructor throws Error usage for a bad option, `start` throws io.
class Server {
 public:
  explicit Server(const AppRunner& runner, ServerOptions options = {}, RouteTable routes = {});
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  Server(Server&&) = delete;
  Server& operator=(Server&&) = delete;
  ~Server();

  /// Requests are taken and answered from now on, by other threads.
  /// @throws Error io if the address is in use or not of this machine.
  void start();

  /// Starts, and returns when somebody has called `stop`.
  void run();

  /// Takes no more connections, lets running requests end within the drain timeout, and answers the
  /// others 503. A second call waits for the first.
  StopResult stop();

  /// A `stop` that is under way waits for nothing more: what runs is asked to stop at once.
  void hurry() noexcept;

  /// The port, 0 before `start` and for a Unix socket.
  [[nodiscard]] int port() const noexcept;

  /// `http://127.0.0.1:5000`, or `unix:/path`.
  [[nodiscard]] std::string url() const;

  /// What answers the requests.
  [[nodiscard]] Service& service() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/server.ipp>
#endif
