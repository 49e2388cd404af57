// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simulation/meter.hpp"
#include "simulation/world.hpp"
#include <clams/memory/model_pool.hpp>

#include <map>
#include <memory>
#include <stop_token>
#include <string>

namespace clams::simulation {

class Process;

/// Memory on a simulated GPU.
///
/// Ownership: owns the memory; borrows the process.
/// Threads: confined.
/// Errors: the constructor throws DeviceOutOfMemory.
class Block {
 public:
  Block(Process& process, const Device& device, Bytes size);
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  Block(Block&&) = delete;
  Block& operator=(Block&&) = delete;
  ~Block();

 private:
  Process& process_;
  int device_;
  Bytes size_;
  SimulatedAddress address_;
  std::shared_ptr<Meter::Scope> scope_;
};

/// A loaded model.
///
/// Ownership: owns its memory.
/// Threads: confined.
/// Errors: the constructor throws DeviceOutOfMemory.
struct Model {
  Model(Process& process, const Device& device, Bytes size) : first(process, device, size) {}
  Block first;
};

/// One process: an app that serves requests, each in a thread.
///
/// Ownership: owns its GpuMemory; borrows the world.
/// Threads: confined.
/// Errors: none.
class Process {
 public:
  Process(World& world, std::size_t index, int number, ProcessSystem& system);

  /// Serves all its requests.
  void run();

  World& world;
  const ProcessPlan& plan;
  const int number;
  ProcessSystem& system;
  Meter* meter = nullptr;
  std::unique_ptr<GpuMemory> memory;
  ModelPool<Model> models;
  /// What the driver is allocating just now: device and size.
  std::multimap<int, Bytes> pending;

  /// Which of the host's GPUs it is.
  [[nodiscard]] int installed(const Device& device) const;

 private:
  void serve(const RequestPlan& request, std::size_t place);
  void use(RequestMemory& granted, const RequestPlan& request);
  void use_model(RequestMemory& granted, const RequestPlan& request, const ModelPlan& model);
  void work(RequestMemory& granted, const RequestPlan& request, const ModelPlan* model, Bytes most);
  void look_at_lease(const Device& device, const std::string& key);
  void break_lease(const RequestMemory& granted, const std::string& key);
  void leak_promise();
  void check_counts();
  [[nodiscard]] MemoryRequest request_of(const RequestPlan& request, std::size_t place,
                                         const std::stop_source& stop) const;
  void look_at_answer(const RequestPlan& request, Time asked);
  void note_grant(const RequestMemory& granted);
  [[nodiscard]] bool is_counted_twice(const Device& device);

  std::size_t answers_ = 0;
  std::size_t refusals_ = 0;
};

}  // namespace clams::simulation
