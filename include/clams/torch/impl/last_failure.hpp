// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <utility>

namespace clams::detail {

/// The last allocation that failed in a thread: libtorch's exception tells it in prose only.
struct TorchFailure {
  int device = -1;
  Bytes asked;
  bool on_processor = false;
};

[[nodiscard]] inline TorchFailure& last_torch_failure() noexcept {
  thread_local TorchFailure failure;
  return failure;
}

/// It is told once: a later exception is about something else.
[[nodiscard]] inline TorchFailure take_last_torch_failure() noexcept {
  return std::exchange(last_torch_failure(), TorchFailure{});
}

}  // namespace clams::detail
