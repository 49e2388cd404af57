// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace clams::detail {

/// A mutex for what takes some microseconds: who finds it locked stays awake for about so long,
/// as to sleep and to be woken would take several times that. Then he sleeps after all.
///
/// Ownership: a member of what it guards. Meets the standard's Mutex requirements.
/// Threads: that is what it is for.
/// Errors: none.
class BriefMutex {
 public:
  void lock() noexcept {
    constexpr int kLooks = 4000;
    for (int i = 0; i < kLooks; ++i) {
      if (!locked_.load(std::memory_order_relaxed) && try_lock()) return;
    }
    while (!try_lock()) locked_.wait(true, std::memory_order_relaxed);
  }
  [[nodiscard]] bool try_lock() noexcept {
    return !locked_.exchange(true, std::memory_order_acquire);
  }
  void unlock() noexcept {
    locked_.store(false, std::memory_order_release);
    locked_.notify_one();
  }

 private:
  std::atomic<bool> locked_ = false;
};

}  // namespace clams::detail
