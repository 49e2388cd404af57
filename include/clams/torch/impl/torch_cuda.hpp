// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/allocation_tracker.hpp>
#include <clams/util/bytes.hpp>

#include <memory>
#include <optional>

// What is asked of libtorch's CUDA allocator, so that everything else compiles without it.
namespace clams::detail {

/// Whether libtorch was built with CUDA, we too, and there is a device.
[[nodiscard]] bool torch_has_cuda();

/// Has the allocator report to the tracker, for good. `account` says whom the calling thread works
/// for.
void observe_torch_cuda(const std::shared_ptr<AllocationTracker>& tracker,
                        std::shared_ptr<ScopeAccount> (*account)());

[[nodiscard]] std::optional<Bytes> torch_cuda_reserved(int device);

void empty_torch_cuda_cache();

}  // namespace clams::detail
