// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/error.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace clams {

/// How long somebody waits, and what ends it early.
///
/// Ownership: a value; shares the stop state.
/// Threads: thread-safe.
/// Errors: as stated.
struct Patience {
  std::stop_token stop = {};
  std::optional<std::chrono::steady_clock::time_point> deadline = {};

  /// Waits for `what` to become true.
  /// @throws Error cancelled or deadline_exceeded, naming `purpose`, if it does not in time.
  template <class Predicate>
  void wait(std::unique_lock<std::mutex>& lock, std::condition_variable_any& changed,
            const std::string& purpose, Predicate what) const {
    const bool is_true =
        deadline ? changed.wait_until(lock, stop, *deadline, what) : changed.wait(lock, stop, what);
    if (is_true) return;
    if (stop.stop_requested()) {
      throw Error{ErrorCode::cancelled, "the request was cancelled while it waited for " + purpose};
    }
    throw Error{ErrorCode::deadline_exceeded, "the request's time was over before " + purpose};
  }
};

}  // namespace clams
