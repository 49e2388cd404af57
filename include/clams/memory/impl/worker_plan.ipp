// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/worker_plan.hpp>
#include <clams/util/config.hpp>

#include <algorithm>

namespace clams {

namespace detail {

// Beyond a few, processes of the same app get in each other's way.
inline constexpr std::size_t kMostWorkers = 4;

/// How often `part` fits; what takes nothing fits once, as more of it is no use.
CLAMS_INLINE std::size_t times_fitting(Bytes part, Bytes room) {
  if (room < Bytes{0}) return 0;
  if (part <= Bytes{0}) return 1;
  return static_cast<std::size_t>(room.count() / part.count());
}

}  // namespace detail

CLAMS_INLINE WorkerPlan plan_workers(const WorkerFootprint& footprint,
                                     const std::vector<WorkerRoom>& gpus, unsigned processors) {
  WorkerPlan plan;
  for (const WorkerRoom& gpu : gpus) {
    plan.on_gpu.push_back(detail::times_fitting(footprint.total(), gpu.usable()));
    plan.by_memory += plan.on_gpu.back();
    plan.requests_of_one_process += detail::times_fitting(
        footprint.working, gpu.usable() - footprint.resident - footprint.context);
  }
  plan.by_processors = std::clamp<std::size_t>(processors, 1, detail::kMostWorkers);
  plan.workers = gpus.empty() ? plan.by_processors : std::min(plan.by_memory, plan.by_processors);
  return plan;
}

}  // namespace clams
