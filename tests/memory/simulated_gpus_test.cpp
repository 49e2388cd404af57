// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/make_device_probe.hpp>
#include <clams/memory/simulated_probe.hpp>
#include <clams/util/error.hpp>
#include <clams/util/manual_clock.hpp>

#include <mutex>
#include <thread>

using namespace clams;
using namespace std::chrono_literals;
using clams::testing::contains_text;

namespace {

Bytes free_on(const SimulatedGpus& gpus, int device = 0) {
  return gpus.read(device).memory().value().free;
}

/// Writes down what it is told.
class Notebook final : public AllocationObserver {
 public:
  explicit Notebook(const SimulatedGpus& gpus) : gpus_(&gpus) {}

  void on_allocated(int device, std::uintptr_t /*address*/, Bytes size) noexcept override {
    note("+", device, size);
  }
  void on_freed(int device, std::uintptr_t /*address*/, Bytes size) noexcept override {
    note("-", device, size);
  }
  void on_out_of_memory(int device, Bytes asked) noexcept override { note("!", device, asked); }

  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  // Reading the device here shows that no lock is held.
  void note(const char* what, int device, Bytes size) {
    const Bytes free = free_on(*gpus_, device);
    lines_.push_back(what + to_text(size) + " on " + std::to_string(device) + ", " + to_text(free) +
                     " free");
  }

  const SimulatedGpus* gpus_;
  std::vector<std::string> lines_;
};

}  // namespace

TEST_CASE("simulated memory is taken and given back", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 24_GiB}}};

  const auto block = gpus.allocate(0, 3_GiB);
  CHECK(free_on(gpus) == 21_GiB);
  gpus.free(block);

  CHECK(free_on(gpus) == 24_GiB);
  CHECK_THROWS_WITH(gpus.free(block), contains_text("not there to be freed"));
}

TEST_CASE("a simulated GPU runs out of memory and says what was asked for", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 8_GiB}, {.capacity = 2_GiB}}};
  gpus.allocate(1, 1_GiB);

  try {
    gpus.allocate(1, 1536_MiB);
    FAIL("there was room");
  } catch (const DeviceOutOfMemory& error) {
    CHECK(error.device() == 1);
    CHECK(error.asked() == 1536_MiB);
    CHECK(error.code() == ErrorCode::unavailable);
    CHECK_THAT(error.what(), contains_text("1.50GiB were asked for, 1GiB of 2GiB are free"));
  }
}

TEST_CASE("memory of a killed process comes back when the lag is over", "[memory]") {
  ManualClock clock;
  SimulatedGpus gpus{{{.capacity = 24_GiB, .lag = 50ms}}, clock};
  constexpr int kDoomed = 7;
  gpus.allocate(0, 10_GiB, kDoomed);
  gpus.allocate(0, 1_GiB);

  gpus.kill_owner(kDoomed);
  clock.advance(49ms);
  CHECK(free_on(gpus) == 13_GiB);
  clock.advance(1ms);

  CHECK(free_on(gpus) == 23_GiB);
}

TEST_CASE("without a lag memory of a killed process is back at once", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 24_GiB}}, real_clock()};
  const auto block = gpus.allocate(0, 10_GiB, 1);

  gpus.kill_owner(1);

  CHECK(free_on(gpus) == 24_GiB);
  CHECK_THROWS_AS(gpus.free(block), Error);
}

TEST_CASE("somebody else comes and leaves", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 24_GiB}}};

  gpus.take_foreign(0, 20_GiB);
  CHECK_THROWS_AS(gpus.allocate(0, 5_GiB), DeviceOutOfMemory);
  CHECK_THROWS_AS(gpus.take_foreign(0, 5_GiB), DeviceOutOfMemory);
  gpus.release_foreign(0, 15_GiB);
  CHECK(free_on(gpus) == 19_GiB);
  gpus.release_foreign(0, 100_GiB);

  CHECK(free_on(gpus) == 24_GiB);
}

TEST_CASE("free memory in pieces cannot be had in one", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 24_GiB}}};
  gpus.limit_block(0, 4_GiB);

  CHECK_THROWS_AS(gpus.allocate(0, 5_GiB), DeviceOutOfMemory);
  gpus.allocate(0, 4_GiB);
  gpus.limit_block(0, std::nullopt);
  gpus.allocate(0, 20_GiB);

  CHECK(free_on(gpus) == 0_B);
}

TEST_CASE("allocations are rounded up", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 10_MiB, .rounding = 2_MiB}}};

  gpus.allocate(0, 1_B);
  gpus.allocate(0, 0_B);
  gpus.allocate(0, 2_MiB + 1_B);

  CHECK(free_on(gpus) == 2_MiB);
}

TEST_CASE("the chosen allocation fails, once", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 24_GiB}}};
  gpus.fail_allocation(0, 2);

  gpus.allocate(0, 1_GiB);
  CHECK_THROWS_AS(gpus.allocate(0, 1_GiB), DeviceOutOfMemory);
  gpus.allocate(0, 1_GiB);

  CHECK(free_on(gpus) == 22_GiB);
}

TEST_CASE("a lost device cannot be used until it is healed", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 24_GiB}}};
  gpus.lose(0);

  CHECK(gpus.read(0).why_unknown() == "GPU is lost");
  CHECK_THROWS_WITH(gpus.allocate(0, 1_B), contains_text("GPU 0 is lost"));
  gpus.heal(0);

  CHECK(free_on(gpus) == 24_GiB);
}

TEST_CASE("a device that cannot be read can still be used", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 24_GiB}}};
  gpus.fail_reads(0, "the driver is being updated");

  gpus.allocate(0, 1_GiB);
  CHECK_FALSE(gpus.read(0).memory().has_value());
  CHECK(gpus.read(0).why_unknown() == "the driver is being updated");
  gpus.heal(0);

  CHECK(free_on(gpus) == 23_GiB);
}

TEST_CASE("an observer hears of allocations while no lock is held", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 4_GiB, .rounding = 1_GiB}}};
  Notebook notebook{gpus};
  gpus.set_observer(&notebook);

  const auto block = gpus.allocate(0, 1_B);
  CHECK_THROWS_AS(gpus.allocate(0, 5_GiB), DeviceOutOfMemory);
  gpus.free(block);
  gpus.set_observer(nullptr);
  gpus.allocate(0, 1_B);

  CHECK(notebook.lines() == std::vector<std::string>{"+1GiB on 0, 3GiB free",
                                                     "!5GiB on 0, 3GiB free",
                                                     "-1GiB on 0, 4GiB free"});
}

TEST_CASE("a GPU that is not there is an error that says how many there are", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 24_GiB}}};

  CHECK_THROWS_WITH(gpus.allocate(1, 1_B), contains_text("no simulated GPU 1, only 1"));
  CHECK_THROWS_AS(gpus.lose(-1), Error);
  CHECK_THROWS_AS(gpus.allocate(0, Bytes{-1}), Error);
}

TEST_CASE("threads that fill a simulated GPU get exactly what there is", "[memory]") {
  SimulatedGpus gpus{{{.capacity = 100_MiB}}};
  std::atomic<int> granted = 0;
  const auto fill = [&] {
    try {
      while (true) {
        gpus.allocate(0, 1_MiB);
        ++granted;
      }
    } catch (const DeviceOutOfMemory&) {
      return;
    }
  };

  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(fill);
  for (auto& thread : threads) thread.join();

  CHECK(granted == 100);
}

TEST_CASE("CLAMS_SIMULATED_GPUS names each GPU's capacity and settings", "[memory]") {
  const auto gpus = parse_simulated_gpus(
      "24GiB, 16GiB:lag=50ms:foreign=2GiB,1GiB:rounding=2MiB:largest_block=512MiB");

  REQUIRE(gpus.size() == 3);
  CHECK(gpus[0].capacity == 24_GiB);
  CHECK_FALSE(gpus[0].lag.has_value());
  CHECK(gpus[1].lag == 50ms);
  CHECK(gpus[1].foreign == 2_GiB);
  CHECK(gpus[2].rounding == 2_MiB);
  CHECK(gpus[2].largest_block == 512_MiB);
}

TEST_CASE("a CLAMS_SIMULATED_GPUS that cannot be read is refused by name", "[memory]") {
  for (const std::string text : {"many", "24GiB,", "24GiB:lag=5", "24GiB:lag=-5ms", "24GiB:speed=2",
                                 "24GiB:lag", "0B", "1GiB:foreign=2GiB", "1GiB:rounding=0B"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH(parse_simulated_gpus(text), contains_text("CLAMS_SIMULATED_GPUS: \""));
  }
  CHECK_THROWS_WITH(parse_simulated_gpus("24GiB,16"),
                    "CLAMS_SIMULATED_GPUS: \"16\" has no unit; write for example 24GiB");
  CHECK(parse_simulated_gpus("17179869184").front().capacity == 16_GiB);
}

TEST_CASE("an app gets simulated GPUs from its environment alone", "[memory]") {
  const Environment environment{
      {{"CLAMS_SIMULATED_GPUS", "24GiB,16GiB:foreign=1GiB"}, {"CUDA_VISIBLE_DEVICES", "1"}}};

  const auto probe = make_device_probe(environment);

  REQUIRE(probe->devices().size() == 1);
  const Device& device = probe->devices().front();
  CHECK(device.index == 0);
  CHECK(device.total == 16_GiB);
  CHECK(probe->read(device.uuid).memory().value().free == 15_GiB);
}

TEST_CASE("without simulated GPUs an app gets those of the driver", "[memory]") {
  const Environment environment{{{"CLAMS_SIMULATED_GPUS", ""}}};
  const DeviceProbeOptions options{.nvml = {.library = "/no/such/library.so"}};

  const auto probe = make_device_probe(environment, options);

  CHECK(probe->devices().empty());
}
