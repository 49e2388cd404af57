// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/gpu_memory.hpp>
#include <clams/memory/ledger.hpp>
#include <clams/util/json.hpp>

#include <string>
#include <vector>

namespace clams::http {

/// `{"available": ..., "devices": [...]}`: each device with what it has, what is promised, and who
/// holds it.
[[nodiscard]] Json gpu_figures(GpuMemory& memory);

/// The models on the shelf, one object each.
[[nodiscard]] Json model_figures(GpuMemory& memory);

/// Promises and who waits for them, one object each.
[[nodiscard]] Json holder_figures(const std::vector<PromiseHolder>& holders);

/// The same for Prometheus, in its text form.
[[nodiscard]] std::string memory_metrics_text(GpuMemory& memory);

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/memory_figures.ipp>
#include <clams/serve/impl/memory_metrics.ipp>
#endif
