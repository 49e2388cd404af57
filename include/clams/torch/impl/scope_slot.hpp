// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one place that knows how libtorch names the slots of its thread-local information: an enum up
// to 2.12, where INFERENCE_CONTEXT is the slot that nothing of libtorch's uses; own ones
// since 2.13.
#include <torch/version.h>

#include <c10/util/ThreadLocalDebugInfo.h>
#include <string_view>

namespace clams::detail {

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 13)
inline constexpr std::string_view kScopeSlotName = "clams.memory_scope";
[[nodiscard]] inline c10::DebugInfoKind torch_scope_slot() {
  return c10::DebugInfoKind{&kScopeSlotName};
}
#else
[[nodiscard]] inline c10::DebugInfoKind torch_scope_slot() {
  return c10::DebugInfoKind::INFERENCE_CONTEXT;
}
#endif

}  // namespace clams::detail
