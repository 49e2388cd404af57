// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/memory/gpu_memory.hpp>
#include <clams/serve/work_queue.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/json.hpp>

#include <string_view>

namespace clams::http {

/// Whether a server takes requests.
enum class Phase { starting, warming, ready, draining };

[[nodiscard]] std::string_view phase_name(Phase phase) noexcept;

/// The part that changes while a server runs: processor, memory, queue, devices, models. It is what
/// `GET /?includeRuntime=true` adds to the metadata.
[[nodiscard]] Json runtime_figures(const WorkQueue& queue, GpuMemory& memory);

/// What `GET /runtime` answers: who runs here and since when, the figures above, how requests for
/// GPU memory were decided, and what is remembered of this app's requests.
[[nodiscard]] Json runtime_report(const AppRunner& runner, Phase phase, Clock::SteadyTime start,
                                  const WorkQueue& queue);

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/runtime_report.ipp>
#endif
