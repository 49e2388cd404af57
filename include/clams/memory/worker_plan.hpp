// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <cstddef>
#include <vector>

namespace clams {

/// What one process takes of a GPU that runs one request at a time with models of its own.
struct WorkerFootprint {
  Bytes resident;  ///< its models
  Bytes working;   ///< a request
  Bytes context;   ///< what a process takes by using the GPU at all

  [[nodiscard]] Bytes total() const { return resident + working + context; }
};

/// What a GPU has for workers.
struct WorkerRoom {
  Bytes available;  ///< not used, and promised to nobody
  Bytes reserve;    ///< to be left free

  [[nodiscard]] Bytes usable() const { return available - reserve; }
};

/// How many worker processes fit on this machine, and why no more.
struct WorkerPlan {
  std::vector<std::size_t> on_gpu = {};  ///< for each GPU: processes that fit there by memory
  std::size_t by_memory = 0;             ///< all of these
  std::size_t by_processors = 0;         ///< min(4, processors)
  std::size_t workers = 0;               ///< the smaller of the two
  /// Requests side by side on one process's shared copies instead: one copy on each GPU.
  std::size_t requests_of_one_process = 0;
};

/// Plans for those who run several processes of an app. Without GPUs only the processors count.
[[nodiscard]] WorkerPlan plan_workers(const WorkerFootprint& footprint,
                                      const std::vector<WorkerRoom>& gpus, unsigned processors);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/worker_plan.ipp>
#endif
