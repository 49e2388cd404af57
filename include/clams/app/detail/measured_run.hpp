// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/app/request_context.hpp>
#include <clams/memory/gpu_memory.hpp>
#include <clams/memory/insufficient_memory.hpp>
#include <clams/memory/request_memory.hpp>
#include <clams/util/clock.hpp>

#include <functional>

// What is done around the app's code, whether it annotates or does something of its own.
namespace clams::detail {

/// Runs `work` on what was admitted, and ends the measurement as the work ended. A failure proves
/// no peak; an allocation that failed proves that more is needed than was thought.
/// @throws whatever the work throws, DeviceOutOfMemory instead of the allocator's own.
void run_measured(GpuMemory& gpu, RequestMemory& memory, MemoryReport& report,
                  const std::function<void()>& work);

/// What a run that an allocation failed in is answered with.
[[nodiscard]] Refusal out_of_memory_refusal(const MemoryReport& report,
                                            const AppMetadata& metadata);

/// @throws Error cancelled or deadline_exceeded if the request is over before it began.
void refuse_stopped(const RequestOptions& options, const Clock& clock);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/measured_run.ipp>
#endif
