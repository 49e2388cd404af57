// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simulation/bug.hpp"
#include "simulation/random.hpp"
#include "simulation/scheduler.hpp"
#include <clams/memory/memory_options.hpp>
#include <clams/memory/simulated_gpu_options.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace clams::simulation {

struct ModelPlan {
  std::string key;
  Bytes resident;
  Bytes working;
};

struct RequestPlan {
  std::size_t model = 0;
  std::optional<std::size_t> second_choice = {};  ///< a ladder's next rung
  bool is_declared = true;                        ///< no: nobody knows what it takes
  bool load_fails = false;
  Bytes working;
  Time arrival{};
  Time length{};
  std::optional<Time> cancelled_after = {};
  std::optional<Time> deadline_after = {};
};

struct ProcessPlan {
  std::string visible;  ///< CUDA_VISIBLE_DEVICES
  MemoryOptions options;
  std::size_t contexts = 0;
  std::vector<RequestPlan> requests;
};

/// What happens to the host, besides its processes' work.
struct EventPlan {
  enum class Kind { foreign_takes, foreign_leaves, reads_fail, reads_heal, kill, unload } kind;
  Time at{};
  std::size_t target = 0;  ///< device or process
  Bytes amount = {};
};

/// All that a seed stands for, but for who runs when.
struct Plan {
  std::vector<SimulatedGpuOptions> gpus;
  std::vector<ModelPlan> models;
  std::vector<ProcessPlan> processes;
  std::vector<EventPlan> events;
  unsigned faults_per_thousand = 0;
  bool has_foreigners = false;
  bool has_kills = false;
  bool has_failing_reads = false;

  /// Whether memory only changes hands between live processes of ours.
  [[nodiscard]] bool is_calm() const {
    return !has_foreigners && !has_kills && !has_failing_reads && faults_per_thousand == 0;
  }
};

/// How long a GPU keeps what a dead process had.
[[nodiscard]] inline Time lag_of(const SimulatedGpuOptions& gpu) {
  return gpu.lag.value_or(Time{0});
}

[[nodiscard]] Plan draw_plan(std::uint64_t seed, Bug bug);

}  // namespace clams::simulation
