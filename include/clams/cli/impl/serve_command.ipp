// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/serve_command.hpp>
#include <clams/serve/server.hpp>
#include <clams/util/config.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <malloc.h>
#include <optional>
#include <thread>
#include <utility>

namespace clams::detail {

inline constexpr std::chrono::milliseconds kSignalPollInterval{50};
inline constexpr std::chrono::seconds kGraceOfSecondSignal{1};

// An app that ignores its stop token cannot be waited for; its threads end with the process.
[[noreturn]] CLAMS_INLINE void end_process_now(const Logger& logger) {
  logger.warning("stopped while the app was still running");
  std::_Exit(static_cast<int>(ExitCode::failure));
}

/// Stops the server, in haste if a signal comes meanwhile.
CLAMS_INLINE http::StopResult stop_by_signals(http::Server& server, const EndSignals& signals,
                                              const Logger& logger) {
  std::atomic<bool> stopped = false;
  http::StopResult result{};
  std::thread stopper{[&] {
    result = server.stop();
    stopped = true;
  }};
  std::optional<std::chrono::steady_clock::time_point> deadline;
  while (!stopped) {
    if (signals.wait_for(kSignalPollInterval)) {
      server.hurry();
      if (!deadline) deadline = std::chrono::steady_clock::now() + kGraceOfSecondSignal;
    }
    if (deadline && std::chrono::steady_clock::now() > *deadline) end_process_now(logger);
  }
  stopper.join();
  return result;
}

/// Has what large requests took given back when they have ended. By default glibc raises the size
/// from which it does so to that of the largest block it has seen, and each worker then keeps one.
CLAMS_INLINE void give_large_blocks_back() {
#ifdef M_MMAP_THRESHOLD
  constexpr int kLargeBlock = 4 << 20;
  ::mallopt(M_MMAP_THRESHOLD, kLargeBlock);
#endif
}

CLAMS_INLINE ExitCode serve_command(const AppRunner& runner, const http::ServerOptions& options,
                                    const EndSignals& signals, http::RouteTable routes) {
  give_large_blocks_back();
  http::Server server{runner, options, std::move(routes)};
  server.start();
  signals.wait();
  const http::StopResult result = stop_by_signals(server, signals, runner.logger());
  const bool quiet = server.service().wait_until_idle(kGraceOfSecondSignal);
  if (!quiet) end_process_now(runner.logger());
  return result == http::StopResult::drained ? ExitCode::success : ExitCode::failure;
}

}  // namespace clams::detail
