// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/recording_sink.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/gpu_memory.hpp>
#include <clams/memory/simulated_probe.hpp>
#include <clams/memory/tracking_meter.hpp>
#include <clams/util/manual_clock.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace clams::testing {

using namespace std::chrono_literals;

/// A host with simulated GPUs, on which processes of ours (GpuMemory) and others live.
class MemoryHost {
 public:
  explicit MemoryHost(const std::string& gpus = "10GiB")
      : gpus_(std::make_shared<SimulatedGpus>(parse_simulated_gpus(gpus), clock)) {
    options.margin = Bytes{0};
    options.admission_timeout = 60s;
  }

  /// One process. All of a host share its ledgers and what is remembered.
  /// @param release_cached makes its allocator give back what it keeps.
  [[nodiscard]] std::unique_ptr<GpuMemory> process(std::function<void()> release_cached = {}) {
    auto meter = std::make_unique<TrackingMeter>(TrackingMeterOptions{
        .name = "simulated GPUs", .release_cached = std::move(release_cached)});
    gpus_->set_observer(meter.get());
    GpuMemoryParts parts;
    parts.probe = std::make_unique<SimulatedProbe>(gpus_, environment);
    parts.meter = std::move(meter);
    parts.store = std::make_unique<PeakStore>(
        PeakStoreOptions{.folder = folder.path() / "profiles", .clock = &clock});
    parts.ledger_folder = folder.path() / "ledgers";
    parts.owner = "test-app";
    parts.options = options;
    parts.clock = &clock;
    parts.log = {.level = LogLevel::info, .sink = &log};
    return std::make_unique<GpuMemory>(std::move(parts));
  }

  [[nodiscard]] SimulatedGpus& gpus() const { return *gpus_; }
  [[nodiscard]] Bytes free(int device = 0) const { return gpus_->read(device).memory()->free; }

  TemporaryFolder folder;
  ManualClock clock;
  RecordingSink log;
  MemoryOptions options;
  Environment environment;  ///< of processes made from now on

 private:
  std::shared_ptr<SimulatedGpus> gpus_;
};

/// A request of a model with these parts.
[[nodiscard]] inline MemoryRequest wants(const std::string& model, Bytes resident,
                                         Bytes working = Bytes{0}) {
  static constexpr const char* kRequestHash = "0123456789abcdef0123456789abcdef";
  return {.id = "request",
          .app = "test-app",
          .hash = kRequestHash,
          .declared = ModelRequirements{
              ModelRequirement{.key = model, .resident = resident, .working = working}}};
}

/// What all processes have been promised on a device.
[[nodiscard]] inline Bytes promised(GpuMemory& memory, std::size_t device = 0) {
  return memory.accounts()[device]->look().promised;
}

/// Memory on a simulated GPU, given back at the end.
class SimulatedTensor {
 public:
  SimulatedTensor(SimulatedGpus& gpus, int device, Bytes size)
      : gpus_(gpus), address_(gpus.allocate(device, size)) {}
  SimulatedTensor(const SimulatedTensor&) = delete;
  SimulatedTensor& operator=(const SimulatedTensor&) = delete;
  SimulatedTensor(SimulatedTensor&&) = delete;
  SimulatedTensor& operator=(SimulatedTensor&&) = delete;
  ~SimulatedTensor() { gpus_.free(address_); }

 private:
  SimulatedGpus& gpus_;
  SimulatedAddress address_;
};

}  // namespace clams::testing
