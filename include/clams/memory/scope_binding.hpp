// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/scope_account.hpp>

#include <memory>
#include <vector>

namespace clams {

class PeakMeter;

namespace detail {

/// One scope that a thread is in. Frames are linked, the innermost first; whoever makes one keeps
/// it alive until it is popped.
struct ScopeFrame {
  const PeakMeter* meter;
  std::shared_ptr<ScopeAccount> account;
  ScopeFrame* around = nullptr;
};

/// This thread's innermost frame. A plain pointer: memory is also freed while a thread ends, when
/// no object of the thread can be relied on.
[[nodiscard]] ScopeFrame*& innermost_scope_frame() noexcept;

/// The account that this thread's allocations are booked to; null if it is in no scope.
[[nodiscard]] std::shared_ptr<ScopeAccount> current_account(const PeakMeter& meter);

}  // namespace detail

/// The scopes that a thread is in, to be handed to a thread that works for it.
///
/// Ownership: shares the scopes' accounts; borrows their meters.
/// Threads: immutable.
/// Errors: none.
class ScopeHandle {
 public:
  /// The scopes that the calling thread is in now.
  [[nodiscard]] static ScopeHandle of_this_thread();

 private:
  friend class ScopeBinding;
  std::vector<detail::ScopeFrame> frames_;  // the innermost first, unlinked
};

/// While it lives, its thread works for the scopes of the handle, and for no others:
///
///     pool.post([scope = ScopeHandle::of_this_thread(), work] {
///       const ScopeBinding binding{scope};
///       work();
///     });
///
/// Ownership: owns a copy of the handle's frames.
/// Threads: confined to the thread that made it; bindings of a thread nest.
/// Errors: none.
class ScopeBinding {
 public:
  explicit ScopeBinding(const ScopeHandle& handle);
  ScopeBinding(const ScopeBinding&) = delete;
  ScopeBinding& operator=(const ScopeBinding&) = delete;
  ScopeBinding(ScopeBinding&&) = delete;
  ScopeBinding& operator=(ScopeBinding&&) = delete;
  ~ScopeBinding() { detail::innermost_scope_frame() = before_; }

 private:
  std::vector<detail::ScopeFrame> frames_;
  detail::ScopeFrame* before_;
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/scope_binding.ipp>
#endif
