// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/gpu_memory.hpp>
#include <clams/memory/ledger.hpp>
#include <clams/memory/peak_store.hpp>
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

/// How requests for GPU memory were decided so far, and how many wait.
[[nodiscard]] Json admission_figures(GpuMemory& memory);

/// What is remembered of the app's requests: `{"count": ..., "records": [...]}`, the highest peaks
/// first, at most a hundred. @param store none: nothing is remembered.
[[nodiscard]] Json profile_figures(const PeakStore* store, const std::string& app);

/// The same for Prometheus, in its text form.
[[nodiscard]] std::string memory_metrics_text(GpuMemory& memory);

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/memory_figures.ipp>
#include <clams/serve/impl/memory_metrics.ipp>
#endif
