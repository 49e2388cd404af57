// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simulation/bug.hpp"
#include "simulation/files.hpp"
#include "simulation/plan.hpp"
#include "simulation/random.hpp"
#include "simulation/scheduler.hpp"
#include "simulation/watch.hpp"
#include <clams/memory/gpu_memory.hpp>
#include <clams/memory/simulated_gpus.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clams::simulation {

class Process;

/// What a run came to.
struct Tally {
  std::size_t runs = 0;
  std::size_t granted = 0;
  std::size_t waited = 0;
  std::size_t refused = 0;
  std::size_t ended_early = 0;  ///< cancelled, or the request's time was over
  std::size_t errors = 0;       ///< of system calls that failed
  std::size_t killed = 0;
  std::size_t evictions = 0;
  std::size_t polled = 0;  ///< granted after a sleep that nothing ended but the time
};

/// A host in one run: its GPUs, its files, its processes and what happens to them.
///
/// Ownership: owns everything.
/// Threads: confined; its members are for the simulated threads.
/// Errors: as stated.
class World {
 public:
  enum class Trace { off, on };

  World(std::uint64_t seed, Bug bug, Trace trace, Tally& tally);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  World(World&&) = delete;
  World& operator=(World&&) = delete;
  ~World();

  /// @return the rule that was broken, if one was.
  [[nodiscard]] std::optional<std::string> run();

  void trace(const std::string& what) const;

  Scheduler scheduler;
  const Bug bug;
  const Plan plan;
  Random random;
  Tally& tally;
  Watch watch;
  Files files;
  std::shared_ptr<SimulatedGpus> gpus;
  std::vector<LedgerEntry> leaks;  ///< of Bug::leaked_promise

 private:
  friend class Process;
  /// A process as the host sees it.
  struct Place {
    int number = 0;  ///< zero: not running
    Process* process = nullptr;
    bool is_visited = false;  ///< by an operator, who unloads a model
    std::unique_ptr<ProcessSystem> system;
  };

  void start_process(std::size_t index);
  void kill_process(std::size_t index);
  void unload_model(Place& place);
  void finish_allocation(int device, Bytes size);
  void live();
  void happen(const EventPlan& event);
  void look_at_end();
  [[nodiscard]] Bytes capacity_of(const std::string& path) const;

  Trace trace_;
  std::vector<Device> installed_;  // to ask for it takes a lock, where others may run
  int last_number_ = 0;
  std::vector<Place> places_;
  std::vector<std::unique_ptr<ProcessSystem>> dead_;  // their threads may be in it still
};

}  // namespace clams::simulation
