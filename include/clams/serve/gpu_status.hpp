// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/gpu_memory.hpp>
#include <clams/util/json.hpp>

namespace clams::http {

/// What `GET /gpu-status` answers: how many requests ("connections") run on which GPU of this
/// process, and what the GPUs have left.
///
///     {"total_gpus": 2, "total_connections": 3, "max_connections_per_gpu": 4, "placement": ...,
///      "gpus": [{"gpu_id": 0, "uuid": ..., "name": ..., "active_connections": 3,
///                "allocated_memory_gb": 11.2, "free_memory_gb": 4.55, "total_memory_gb": 15.75,
///                "utilization_percent": 71.1}, ...]}
///
/// Allocated is what is used by anybody or promised to somebody; free is the rest. Figures of
/// memory are null, and `problem` says why, for a GPU that cannot be read;
/// `max_connections_per_gpu` is null without a limit.
[[nodiscard]] Json gpu_status(GpuMemory& memory);

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/gpu_status.ipp>
#endif
