// SPDX-License-Identifier: Apache-2.0
#include <clams/memory/memory_guard.hpp>
#include <clams/memory/tracking_meter.hpp>

#include <benchmark/benchmark.h>
#include <cstdint>
#include <memory>

namespace {

// What measuring adds to an allocation and its free. Each thread works for a request of its own.
void track_allocation_and_free(benchmark::State& state) {
  static clams::TrackingMeter meter{{.name = "bench"}};
  const clams::MemoryGuard guard{meter, clams::ScopeKind::request};
  const auto live = static_cast<std::uintptr_t>(state.range(0));
  const auto base = static_cast<std::uintptr_t>(state.thread_index() + 1) << 40U;
  const auto address = [base](std::uintptr_t i) { return base + i * 512; };
  for (std::uintptr_t i = 0; i < live; ++i) meter.on_allocated(0, address(i), clams::Bytes{512});

  std::uintptr_t oldest = 0;
  for (auto run : state) {
    meter.on_allocated(0, address(oldest + live), clams::Bytes{512});
    meter.on_freed(0, address(oldest), clams::Bytes{512});
    ++oldest;
  }

  for (std::uintptr_t i = 0; i < live; ++i) {
    meter.on_freed(0, address(oldest + i), clams::Bytes{512});
  }
}
BENCHMARK(track_allocation_and_free)->Arg(16)->Arg(10'000)->ThreadRange(1, 2)->UseRealTime();

}  // namespace
