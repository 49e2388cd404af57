// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/stub_nvml/stub_gpu.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/nvml_probe.hpp>
#include <clams/memory/simulated_probe.hpp>

#include <set>
#include <thread>

// What every DeviceProbe promises, tried on each kind of device.

using namespace clams;
using clams::testing::contains_text;

namespace {

// A busy machine must not fail a test that is not about time.
constexpr std::chrono::seconds kPatience{5};

/// Two simulated GPUs of 8 GiB.
class SimulatedRig {
 public:
  explicit SimulatedRig(const Environment& environment = Environment{})
      : gpus_(std::make_shared<SimulatedGpus>(
            std::vector<SimulatedGpuOptions>{{.capacity = 8_GiB}, {.capacity = 8_GiB}})),
        probe_(gpus_, environment) {}

  [[nodiscard]] const DeviceProbe& probe() const { return probe_; }
  void take(Bytes bytes) { gpus_->take_foreign(0, bytes); }
  void give_back(Bytes bytes) { gpus_->release_foreign(0, bytes); }
  void break_down() { gpus_->lose(0); }
  void heal() { gpus_->heal(0); }

 private:
  std::shared_ptr<SimulatedGpus> gpus_;
  SimulatedProbe probe_;
};

/// Two GPUs of 8 GiB behind a driver that is a stub.
class StubRig {
 public:
  explicit StubRig(const Environment& environment = Environment{})
      : host_((folder_.path() / "driver").string()) {
    const auto size = static_cast<std::uint64_t>((8_GiB).count());
    host_.driver().add_device("GPU-aaaa", size);
    host_.driver().add_device("GPU-bbbb", size);
    probe_ = std::make_unique<NvmlProbe>(
        environment,
        NvmlProbeOptions{.library = CLAMS_STUB_NVML_FOLDER "/current/libnvidia-ml.so.1",
                         .read_budget = kPatience});
  }
  StubRig(const StubRig&) = delete;
  StubRig& operator=(const StubRig&) = delete;
  StubRig(StubRig&&) = delete;
  StubRig& operator=(StubRig&&) = delete;
  ~StubRig() {
    probe_.reset();
    host_.wait_until_unused();
  }

  [[nodiscard]] const DeviceProbe& probe() const { return *probe_; }
  void take(Bytes bytes) { first().used += static_cast<std::uint64_t>(bytes.count()); }
  void give_back(Bytes bytes) { first().used -= static_cast<std::uint64_t>(bytes.count()); }
  void break_down() { first().fail_memory(15); }
  void heal() { first().fail_memory(0); }

 private:
  [[nodiscard]] testing::StubDevice& first() const { return host_.driver().devices[0]; }

  testing::TemporaryFolder folder_;
  testing::StubHost host_;
  std::unique_ptr<NvmlProbe> probe_;
};

void check_devices(const DeviceProbe& probe) {
  std::set<std::string> uuids;
  int index = 0;
  for (const Device& device : probe.devices()) {
    CHECK(device.index == index++);
    CHECK(uuids.insert(device.uuid).second);
    CHECK_FALSE(device.name.empty());
    CHECK_FALSE(device.driver.empty());
    CHECK(device.total > 0_B);
  }
  CHECK(&probe.devices() == &probe.devices());
}

void check_readings(const DeviceProbe& probe) {
  for (const Device& device : probe.devices()) {
    const auto reading = probe.read(device.uuid);
    REQUIRE(reading.memory().has_value());
    CHECK(reading.why_unknown().empty());
    CHECK(reading.memory()->total == device.total);
    CHECK(reading.memory()->free >= 0_B);
    CHECK(reading.memory()->free <= device.total);
  }
}

void check_unknown_device(const DeviceProbe& probe) {
  const auto reading = probe.read("GPU-ffff-none-such");
  CHECK_FALSE(reading.memory().has_value());
  CHECK_THAT(reading.why_unknown(), contains_text("GPU-ffff-none-such"));
}

std::size_t count_bad_readings(const DeviceProbe& probe) {
  std::atomic<std::size_t> bad = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 50; ++k) {
        for (const Device& device : probe.devices()) {
          if (!probe.read(device.uuid).memory()) ++bad;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return bad;
}

}  // namespace

TEMPLATE_TEST_CASE("devices have distinct names and the indices that CUDA gives them", "[memory]",
                   SimulatedRig, StubRig) {
  TestType rig;

  REQUIRE(rig.probe().devices().size() == 2);
  check_devices(rig.probe());
}

TEMPLATE_TEST_CASE("a reading is between nothing and all", "[memory]", SimulatedRig, StubRig) {
  TestType rig;

  check_readings(rig.probe());
}

TEMPLATE_TEST_CASE("what others take and give back is seen at once", "[memory]", SimulatedRig,
                   StubRig) {
  TestType rig;
  const std::string uuid = rig.probe().devices().front().uuid;
  const std::string other = rig.probe().devices().back().uuid;

  rig.take(3_GiB);
  CHECK(rig.probe().read(uuid).memory().value().busy() == 3_GiB);
  CHECK(rig.probe().read(other).memory().value().busy() == 0_B);
  rig.give_back(3_GiB);

  CHECK(rig.probe().read(uuid).memory().value().free == 8_GiB);
}

TEMPLATE_TEST_CASE("a device that is not there is unknown, with its name", "[memory]", SimulatedRig,
                   StubRig) {
  TestType rig;

  check_unknown_device(rig.probe());
}

TEMPLATE_TEST_CASE("a device that cannot be read is unknown until it can", "[memory]", SimulatedRig,
                   StubRig) {
  TestType rig;
  const Device device = rig.probe().devices().front();

  rig.break_down();
  const auto reading = rig.probe().read(device.uuid);
  CHECK_FALSE(reading.memory().has_value());
  CHECK_THAT(reading.why_unknown(), contains_text(device.uuid + ": GPU is lost"));
  CHECK(rig.probe().devices().front().total == device.total);
  rig.heal();

  CHECK(rig.probe().read(device.uuid).memory().has_value());
}

TEMPLATE_TEST_CASE("hidden devices are not listed and cannot be read", "[memory]", SimulatedRig,
                   StubRig) {
  const std::string hidden = TestType{}.probe().devices().front().uuid;
  TestType rig{Environment{{{"CUDA_VISIBLE_DEVICES", "1"}}}};

  REQUIRE(rig.probe().devices().size() == 1);
  CHECK(rig.probe().devices().front().index == 0);
  CHECK(rig.probe().devices().front().uuid != hidden);
  CHECK_FALSE(rig.probe().read(hidden).memory().has_value());
}

TEMPLATE_TEST_CASE("a limit makes a device smaller", "[memory]", SimulatedRig, StubRig) {
  TestType rig{Environment{{{"CLAMS_DEVICE_LIMIT", "0=6G"}}}};
  const Device& device = rig.probe().devices().front();

  CHECK(device.total == 6_GiB);
  CHECK(rig.probe().read(device.uuid).memory().value().free == 6_GiB);
  rig.take(3_GiB);

  CHECK(rig.probe().read(device.uuid).memory().value().free == 5_GiB);
  CHECK(rig.probe().devices().back().total == 8_GiB);
}

TEMPLATE_TEST_CASE("threads may read at the same time", "[memory]", SimulatedRig, StubRig) {
  TestType rig;

  CHECK(count_bad_readings(rig.probe()) == 0);
}

TEST_CASE("the driver of this machine keeps to the contract", "[memory]") {
  const NvmlProbe probe{Environment::of_process(), {.read_budget = kPatience}};
  if (probe.devices().empty()) CLAMS_SKIP(probe.why_unavailable());

  check_devices(probe);
  check_readings(probe);
  check_unknown_device(probe);
  CHECK(count_bad_readings(probe) == 0);
}
