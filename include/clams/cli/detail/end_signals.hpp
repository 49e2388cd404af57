// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <csignal>

namespace clams::detail {

/// The signals that end a server, taken one by one instead of interrupting. Threads that are made
/// afterwards leave them alone too, so it is made before any other thread.
///
/// Ownership: changes the thread's signal mask, and puts it back.
/// Threads: confined.
/// Errors: none.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;
  EndSignals(EndSignals&&) = delete;
  EndSignals& operator=(EndSignals&&) = delete;
  ~EndSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  void wait() const {
    int signal = 0;
    sigwait(&set_, &signal);
  }

  /// Whether one came within `patience`.
  [[nodiscard]] bool wait_for(std::chrono::milliseconds patience) const {
    const timespec time{.tv_sec = patience.count() / 1000,
                        .tv_nsec = (patience.count() % 1000) * 1000000};
    return sigtimedwait(&set_, nullptr, &time) > 0;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

}  // namespace clams::detail
