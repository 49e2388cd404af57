// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/catch.hpp"
#include <clams/memory/gpu_memory.hpp>
#include <clams/memory/insufficient_memory.hpp>

#include <utility>

namespace clams::testing {

/// The refusal that the request meets; fails the test if it is admitted.
inline Refusal refusal_of(GpuMemory& memory, MemoryRequest request) {
  try {
    const auto admitted = memory.begin(std::move(request));
  } catch (const InsufficientMemory& error) {
    return error.refusal();
  }
  FAIL("the request was admitted");
  return {};
}

}  // namespace clams::testing
