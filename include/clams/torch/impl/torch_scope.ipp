// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/scope_binding.hpp>
#include <clams/torch/torch_scope.hpp>
#include <clams/util/config.hpp>

#include <ATen/ThreadLocalState.h>
#include <memory>
#include <utility>

namespace clams {

CLAMS_INLINE std::function<void()> wrap_task(std::function<void()> task) {
  struct Captured {
    at::ThreadLocalState torch_state;
    ScopeHandle scopes = ScopeHandle::of_this_thread();
  };
  return [captured = std::make_shared<const Captured>(), task = std::move(task)] {
    const at::ThreadLocalStateGuard torch_guard{captured->torch_state};
    const ScopeBinding binding{captured->scopes};
    task();
  };
}

}  // namespace clams
