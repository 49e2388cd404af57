// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <utility>

namespace clams {

/// Runs an action when the scope is left, on every path, unless it was released before.
///
///     ScopeExit discard{[&] { remove_leftovers(); }};
///     ...                    // may throw
///     discard.release();     // it went well: keep what was made
///
/// Ownership: owns the action; what the action refers to must outlive the scope.
/// Threads: confined.
/// Errors: the action must not throw (an exception from it ends the program).
template <typename Action>
class ScopeExit {
 public:
  static_assert(std::is_invocable_v<Action&>, "ScopeExit needs an action without arguments");

  explicit ScopeExit(Action action) : action_(std::move(action)) {}
  ScopeExit(const ScopeExit&) = delete;
  ScopeExit& operator=(const ScopeExit&) = delete;
  ScopeExit(ScopeExit&&) = delete;
  ScopeExit& operator=(ScopeExit&&) = delete;
  ~ScopeExit() {
    if (armed_) action_();
  }

  /// The action will not run.
  void release() noexcept { armed_ = false; }

 private:
  Action action_;
  bool armed_ = true;
};

}  // namespace clams
