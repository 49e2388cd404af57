// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/insufficient_memory.hpp>
#include <clams/util/config.hpp>

#include <fmt/format.h>

#include <utility>

namespace clams {

CLAMS_INLINE std::string_view code_name(RefusalCode code) noexcept {
  switch (code) {
    case RefusalCode::insufficient: return "vram.insufficient";
    case RefusalCode::too_large: return "vram.too_large";
    case RefusalCode::queue_full: return "vram.queue_full";
    case RefusalCode::unknown: return "vram.unknown";
    case RefusalCode::out_of_memory: return "vram.out_of_memory";
    case RefusalCode::no_gpu: return "vram.no_gpu";
  }
  return "vram";
}

namespace detail {

CLAMS_INLINE std::string_view refusal_advice(RefusalCode code) noexcept {
  switch (code) {
    case RefusalCode::insufficient:
      return "GPU may be in use by other processes. Please retry later.";
    case RefusalCode::too_large:
      return "It would not fit on an empty GPU either; use a smaller model or a larger GPU.";
    case RefusalCode::queue_full: return "Too many requests wait already. Please retry later.";
    case RefusalCode::unknown: return "The GPU could not be read. Please retry later.";
    case RefusalCode::out_of_memory:
      return "An allocation failed although the memory was promised. Please retry later.";
    case RefusalCode::no_gpu: break;  // has a message of its own
  }
  return "Please retry later.";
}

}  // namespace detail

CLAMS_INLINE std::string refusal_message(const Refusal& refusal) {
  if (refusal.code == RefusalCode::no_gpu) {
    return "No GPU available. " + refusal.detail + (refusal.detail.empty() ? "" : " ") +
           "Please retry later.";
  }
  std::string message =
      fmt::format("Insufficient GPU memory for {}. Required: {:.2f}GB, Available: {:.2f}GB. {}",
                  refusal.model, refusal.required.gibibytes(), refusal.available.gibibytes(),
                  detail::refusal_advice(refusal.code));
  if (!refusal.detail.empty()) message += ' ' + refusal.detail;
  return message;
}

CLAMS_INLINE InsufficientMemory::InsufficientMemory(Refusal refusal)
    : Error(ErrorCode::unavailable, refusal_message(refusal)), refusal_(std::move(refusal)) {}

}  // namespace clams
