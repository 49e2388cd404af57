// SPDX-License-Identifier: Apache-2.0
#include <clams/memory/ledger.hpp>
#include <clams/util/files.hpp>

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

using clams::operator""_GiB;
using clams::operator""_KiB;

clams::DeviceReading idle_device() { return clams::DeviceMemory{.total = 80_GiB, .free = 80_GiB}; }

clams::LedgerOptions options_in(const std::filesystem::path& folder) {
  return {.folder = folder, .device = "GPU-bench"};
}

void reserve_and_release(clams::Ledger& ledger) {
  clams::LedgerEntry entry = ledger.enter({.need = 1_KiB});
  benchmark::DoNotOptimize(ledger.try_promise(entry, idle_device));
}

pid_t start_competitor(const std::filesystem::path& folder) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  clams::Ledger ledger{options_in(folder)};
  while (true) reserve_and_release(ledger);
}

/// range(0): live promises besides; range(1): processes that do the same.
void ledger_reserve_and_release(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  const auto folder = clams::unique_sibling("/dev/shm/clams-bench");
  std::vector<pid_t> competitors;
  for (int i = 1; i < state.range(1); ++i) competitors.push_back(start_competitor(folder));
  {
    // The live promises are another process's: nobody knows of them without asking the kernel.
    clams::Ledger holder{options_in(folder)};
    std::vector<clams::LedgerEntry> live;
    for (int i = 0; i < state.range(0); ++i) {
      live.push_back(holder.enter({.need = 1_KiB}));
      holder.try_promise(live.back(), idle_device);
    }
    clams::Ledger ledger{options_in(folder)};
    std::vector<double> times;
    for (auto run : state) {
      const auto start = Clock::now();
      reserve_and_release(ledger);
      times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    state.counters["p50_us"] = times[times.size() / 2];
    state.counters["p99_us"] = times[times.size() * 99 / 100];
  }
  for (const pid_t pid : competitors) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(ledger_reserve_and_release)
    ->ArgNames({"live", "processes"})
    ->ArgsProduct({{8, 64, 200}, {1, 8}})
    ->UseRealTime()
    ->MinTime(0.2);

}  // namespace
