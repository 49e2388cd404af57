// SPDX-License-Identifier: Apache-2.0
// A TrackingMeter over the simulated GPUs: what tests and apps without a GPU measure with.
#include "support/catch.hpp"
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/memory_guard.hpp>
#include <clams/memory/simulated_gpus.hpp>
#include <clams/memory/tracking_meter.hpp>

using clams::MemoryGuard;
using clams::ScopeKind;
using clams::SimulatedGpus;
using clams::TrackingMeter;
using namespace clams::literals;

TEST_CASE("what a request takes of simulated GPUs is measured on each", "[memory]") {
  SimulatedGpus gpus{clams::parse_simulated_gpus("24GiB,16GiB")};
  TrackingMeter meter{{.name = "simulated"}};
  gpus.set_observer(&meter);
  const MemoryGuard guard{meter, ScopeKind::request};

  const auto passing = gpus.allocate(0, 3_GiB);
  gpus.allocate(1, 1_GiB);
  gpus.free(passing);
  gpus.allocate(0, 2_GiB);

  const auto peaks = guard.peaks();
  REQUIRE(peaks.size() == 2);
  CHECK(peaks[0].allocated == 3_GiB);
  CHECK(peaks[0].live == 2_GiB);
  CHECK(peaks[1].allocated == 1_GiB);
  CHECK(meter.held(0) == 2_GiB);
}

TEST_CASE("a request that runs out of a simulated GPU says what it would have needed", "[memory]") {
  SimulatedGpus gpus{clams::parse_simulated_gpus("24GiB")};
  TrackingMeter meter{{.name = "simulated"}};
  gpus.set_observer(&meter);
  const MemoryGuard guard{meter, ScopeKind::request};
  gpus.allocate(0, 20_GiB);

  CHECK_THROWS_AS(gpus.allocate(0, 6_GiB), clams::DeviceOutOfMemory);

  CHECK(guard.peaks().at(0).failed_at == 26_GiB);
  CHECK(guard.peaks().at(0).allocated == 20_GiB);
}
