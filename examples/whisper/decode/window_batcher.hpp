// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode/network.hpp"
#include "decode/window_service.hpp"
#include "text/tokenizer.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace whisper {

/// How many windows are decoded side by side, and what is waited for them.
struct BatcherOptions {
  std::size_t batch_size = 8;
  std::chrono::milliseconds longest_wait{4};  ///< for windows of other requests
};

/// Decodes windows of several requests side by side, on one thread of its own. A window waits for
/// others a little, but no longer than until each request that has joined has one waiting; only
/// windows that are decoded alike (are_alike) and as long come together. A request that stops takes
/// its windows out of the batch. If a batch fails, its windows are decoded one by one, so that a
/// failure is the failure of its own request only.
///
/// Ownership: borrows network and tokenizer; owns the thread. Outlives the services that it gave.
/// Threads: thread-safe.
/// Errors: a service throws what the network threw for its windows, or its `check_stop`.
class WindowBatcher {
 public:
  WindowBatcher(const Network& network, const Tokenizer& tokenizer,
                const BatcherOptions& options = {});
  WindowBatcher(const WindowBatcher&) = delete;
  WindowBatcher& operator=(const WindowBatcher&) = delete;
  WindowBatcher(WindowBatcher&&) = delete;
  WindowBatcher& operator=(WindowBatcher&&) = delete;
  ~WindowBatcher() = default;

  /// The service of one request, which is waited for while it exists.
  [[nodiscard]] std::unique_ptr<WindowService> join();

 private:
  class Guest;
  struct Ticket;
  using Tickets = std::vector<std::shared_ptr<Ticket>>;

  void run(const std::stop_token& stop);
  [[nodiscard]] static bool go_together(const Ticket& one, const Ticket& other);
  [[nodiscard]] bool is_worth_starting() const;
  [[nodiscard]] Tickets take_batch();
  void decode(const Tickets& batch) const;
  void decode_together(const Tickets& batch) const;

  const Network& network_;
  const Tokenizer& tokenizer_;
  BatcherOptions options_;
  std::mutex mutex_;  // guards the next four
  std::condition_variable_any came_;
  std::condition_variable done_;
  std::deque<std::shared_ptr<Ticket>> waiting_;
  std::size_t guests_ = 0;
  std::jthread worker_;  // last: it uses all of the above
};

}  // namespace whisper
