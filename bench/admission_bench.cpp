// SPDX-License-Identifier: Apache-2.0
// What it costs a request to be admitted, beside the way that services without a ledger take: to
// run nvidia-smi, here any program, and read what it prints.
#include <clams/memory/gpu_memory.hpp>
#include <clams/memory/simulated_probe.hpp>
#include <clams/memory/tracking_meter.hpp>
#include <clams/util/files.hpp>

#include <benchmark/benchmark.h>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

using namespace clams::literals;

namespace {

/// A process with one simulated GPU and a ledger of its own.
class BenchedMemory {
 public:
  BenchedMemory() {
    auto gpus = std::make_shared<clams::SimulatedGpus>(clams::parse_simulated_gpus("24GiB"));
    clams::GpuMemoryParts parts;
    parts.meter = std::make_unique<clams::TrackingMeter>(
        clams::TrackingMeterOptions{.name = "simulated GPUs"});
    parts.probe = std::make_unique<clams::SimulatedProbe>(gpus);
    parts.ledger_folder = folder_;
    memory_ = std::make_unique<clams::GpuMemory>(std::move(parts));
  }
  BenchedMemory(const BenchedMemory&) = delete;
  BenchedMemory& operator=(const BenchedMemory&) = delete;
  BenchedMemory(BenchedMemory&&) = delete;
  BenchedMemory& operator=(BenchedMemory&&) = delete;
  ~BenchedMemory() {
    memory_.reset();
    std::error_code ignored;  // a folder left behind in a memory file system harms nobody
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] std::unique_ptr<clams::RequestMemory> begin() {
    return memory_->begin({.id = "bench",
                           .app = "bench",
                           .hash = std::string(32, '0'),
                           .declared = clams::ModelRequirements{clams::ModelRequirement{
                               .key = "model", .resident = 3_GiB, .working = 64_MiB}}});
  }

 private:
  std::filesystem::path folder_ = clams::unique_sibling("/dev/shm/clams-bench");
  std::unique_ptr<clams::GpuMemory> memory_;
};

void admit_beside_others(benchmark::State& state) {
  BenchedMemory memory;
  std::vector<std::unique_ptr<clams::RequestMemory>> others;
  for (std::int64_t i = 0; i < state.range(0); ++i) others.push_back(memory.begin());
  for (auto _ : state) benchmark::DoNotOptimize(memory.begin());
}
BENCHMARK(admit_beside_others)->Arg(1)->Arg(8)->Arg(64)->Unit(benchmark::kMicrosecond);

void probe_by_subprocess(benchmark::State& state) {
  for (auto _ : state) {
    std::FILE* const pipe = ::popen("echo 24576", "r");
    int free_mib = 0;
    if (pipe == nullptr || std::fscanf(pipe, "%d", &free_mib) != 1) {
      state.SkipWithError("the subprocess said nothing");
    }
    if (pipe != nullptr) ::pclose(pipe);
    benchmark::DoNotOptimize(free_mib);
  }
}
BENCHMARK(probe_by_subprocess)->Unit(benchmark::kMicrosecond);

}  // namespace
