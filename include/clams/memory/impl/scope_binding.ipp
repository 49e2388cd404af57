// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/scope_binding.hpp>
#include <clams/util/config.hpp>

#include <ranges>

namespace clams {

namespace detail {

CLAMS_INLINE ScopeFrame*& innermost_scope_frame() noexcept {
  thread_local ScopeFrame* innermost = nullptr;
  return innermost;
}

CLAMS_INLINE std::shared_ptr<ScopeAccount> current_account(const PeakMeter& meter) {
  for (const auto* frame = innermost_scope_frame(); frame != nullptr; frame = frame->around) {
    if (frame->meter == &meter) return frame->account;
  }
  return nullptr;
}

}  // namespace detail

CLAMS_INLINE ScopeHandle ScopeHandle::of_this_thread() {
  ScopeHandle handle;
  const auto* frame = detail::innermost_scope_frame();
  for (; frame != nullptr; frame = frame->around) {
    handle.frames_.push_back({.meter = frame->meter, .account = frame->account});
  }
  return handle;
}

CLAMS_INLINE ScopeBinding::ScopeBinding(const ScopeHandle& handle)
    : frames_(handle.frames_), before_(detail::innermost_scope_frame()) {
  detail::ScopeFrame* around = nullptr;
  for (auto& frame : std::views::reverse(frames_)) {
    frame.around = around;
    around = &frame;
  }
  detail::innermost_scope_frame() = around;
}

}  // namespace clams
