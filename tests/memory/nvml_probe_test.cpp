// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/stub_nvml/stub_gpu.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/nvml_probe.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <fstream>
#include <thread>

using namespace clams;
using namespace std::chrono_literals;
using clams::testing::contains_text;
using clams::testing::kGiB;
using clams::testing::StubDevice;
using clams::testing::StubDriver;

namespace {

constexpr const char* kStub = CLAMS_STUB_NVML_FOLDER "/current/libnvidia-ml.so.1";
constexpr const char* kOldStub = CLAMS_STUB_NVML_FOLDER "/old/libnvidia-ml.so.1";

constexpr int kNotSupported = 3;
constexpr int kNoPermission = 4;
constexpr int kGpuIsLost = 15;

/// A machine with one GPU of 24 GiB, 1 GiB of it used and 512 MiB the driver's.
struct OneGpu {
  testing::TemporaryFolder folder;
  testing::StubHost host{(folder.path() / "driver").string()};
  StubDriver& driver = host.driver();
  StubDevice& gpu = driver.add_device("GPU-1234-abcd", 24 * kGiB);
  Environment environment;
  NvmlProbeOptions options{.library = kStub, .read_budget = 5s};  // the machine may be busy

  OneGpu() {
    gpu.used = kGiB;
    gpu.reserved = kGiB / 2;
  }
  OneGpu(const OneGpu&) = delete;
  OneGpu& operator=(const OneGpu&) = delete;
  OneGpu(OneGpu&&) = delete;
  OneGpu& operator=(OneGpu&&) = delete;
  ~OneGpu() { host.wait_until_unused(); }
  [[nodiscard]] NvmlProbe probe() const { return NvmlProbe{environment, options}; }
};

std::string why_unknown(const NvmlProbe& probe) {
  const auto reading = probe.read("GPU-1234-abcd");
  CHECK_FALSE(reading.memory().has_value());
  return reading.why_unknown();
}

/// Waits for what another thread is about to do.
template <typename Condition>
bool comes_true(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace

TEST_CASE("without the library there are no devices, and the probe says why", "[memory]") {
  const NvmlProbe probe{Environment{}, {.library = "libno-such-driver.so.1"}};

  CHECK(probe.devices().empty());
  CHECK_THAT(probe.why_unavailable(), contains_text("libno-such-driver.so.1"));
  CHECK_FALSE(probe.read("GPU-1234").memory().has_value());
}

TEST_CASE("a library that is not NVIDIA's is refused", "[memory]") {
  const NvmlProbe probe{Environment{}, {.library = "libm.so.6"}};

  CHECK(probe.devices().empty());
  CHECK_THAT(probe.why_unavailable(), contains_text("has no nvmlInit_v2"));
}

TEST_CASE("a device is told by its names and figures", "[memory]") {
  const OneGpu machine;
  const auto probe = machine.probe();

  REQUIRE(probe.devices().size() == 1);
  const Device& device = probe.devices().front();
  CHECK(device.uuid == "GPU-1234-abcd");
  CHECK(device.name == "Stub GPU");
  CHECK(device.driver == "999.1");
  CHECK(device.total == 24_GiB);
  CHECK_FALSE(device.shares_host_memory);
  CHECK(probe.why_unavailable().empty());
}

TEST_CASE("what the driver keeps for itself is busy, by both of its functions", "[memory]") {
  OneGpu machine;
  machine.options.library = GENERATE(kStub, kOldStub);
  const auto probe = machine.probe();

  CHECK(probe.read("GPU-1234-abcd").memory().value().busy() == 1536_MiB);
}

TEST_CASE("the older function is asked when the newer one fails", "[memory]") {
  const OneGpu machine;
  const auto probe = machine.probe();
  machine.gpu.memory_v2_result = kNotSupported;

  CHECK(probe.read("GPU-1234-abcd").memory().value().busy() == 1536_MiB);
}

TEST_CASE("every error of the driver makes a reading unknown", "[memory]") {
  const OneGpu machine;
  const auto probe = machine.probe();

  for (int code = 1; code <= 30; ++code) {
    machine.gpu.fail_memory(code);
    CHECK_THAT(why_unknown(probe), contains_text("(NVML error " + std::to_string(code) + ")"));
  }
  machine.gpu.fail_memory(999);
  CHECK_THAT(why_unknown(probe), contains_text("(NVML error 999)"));
  machine.gpu.fail_memory(0);

  CHECK(probe.read("GPU-1234-abcd").memory().has_value());
}

TEST_CASE("figures that cannot be make a reading unknown", "[memory]") {
  const OneGpu machine;
  const auto probe = machine.probe();

  machine.gpu.false_free = 25 * kGiB;
  CHECK_THAT(why_unknown(probe), contains_text("which cannot be"));
  machine.gpu.false_free = 0;
  machine.gpu.total = 12 * kGiB;
  CHECK_THAT(why_unknown(probe), contains_text("12GiB in all, but said 24GiB before"));
  machine.gpu.total = 0;
  machine.gpu.used = 0;
  machine.gpu.reserved = 0;

  CHECK_THAT(why_unknown(probe), contains_text("0 of 0 bytes"));
}

TEST_CASE("a driver that hangs makes readings unknown, and no thread piles up", "[memory]") {
  OneGpu machine;
  machine.options.read_budget = 20ms;
  const auto probe = machine.probe();
  const auto calls = machine.gpu.memory_calls.load();

  machine.gpu.hangs = 1;
  CHECK_THAT(why_unknown(probe), contains_text("did not answer within 20 ms"));
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(probe.read("GPU-1234-abcd").memory().has_value());
  CHECK(machine.gpu.memory_calls == calls + 1);
  machine.gpu.hangs = 0;

  CHECK(comes_true([&] { return probe.read("GPU-1234-abcd").memory().has_value(); }));
}

TEST_CASE("a probe can be destroyed while the driver hangs", "[memory]") {
  OneGpu machine;
  machine.options.read_budget = 5ms;
  {
    const auto probe = machine.probe();
    const auto calls = machine.gpu.memory_calls.load();
    machine.gpu.hangs = 1;
    const auto hangs = [&] {
      return !probe.read("GPU-1234-abcd").memory() && machine.gpu.memory_calls > calls;
    };
    CHECK(comes_true(hangs));
  }
  CHECK(machine.driver.shutdowns == 0);
  machine.gpu.hangs = 0;

  CHECK(comes_true([&] { return machine.driver.shutdowns == 1; }));
}

TEST_CASE("a driver that does not even start leaves no devices", "[memory]") {
  OneGpu machine;
  machine.options.startup_budget = 5ms;
  machine.driver.init_hangs = 1;
  {
    const auto probe = machine.probe();
    CHECK(probe.devices().empty());
    CHECK_THAT(probe.why_unavailable(), contains_text("did not list the devices within 5 ms"));
  }
  machine.driver.init_hangs = 0;

  CHECK(comes_true([&] { return machine.driver.shutdowns == machine.driver.inits; }));
}

TEST_CASE("a driver that cannot be used says why", "[memory]") {
  OneGpu machine;
  machine.driver.init_result = 9;
  CHECK_THAT(machine.probe().why_unavailable(), contains_text("(NVML error 9)"));
  machine.driver.init_result = 0;
  machine.driver.count_result = 999;

  CHECK_THAT(machine.probe().why_unavailable(), contains_text("(NVML error 999)"));
}

TEST_CASE("every probe that started the driver's library shuts it down", "[memory]") {
  const OneGpu machine;

  for (int i = 0; i < 3; ++i) static_cast<void>(machine.probe());

  CHECK(machine.driver.inits == 3);
  CHECK(machine.driver.shutdowns == 3);
}

TEST_CASE("a device that this process may not use is not counted", "[memory]") {
  OneGpu machine;
  machine.driver.add_device("GPU-second", 8 * kGiB);
  machine.gpu.handle_result = kNoPermission;
  const auto probe = machine.probe();

  REQUIRE(probe.devices().size() == 1);
  CHECK(probe.devices().front().uuid == "GPU-second");
  CHECK(probe.devices().front().index == 0);
  REQUIRE(probe.remarks().size() == 1);
  CHECK_THAT(probe.remarks().front(), contains_text("device 0 is left out"));
}

TEST_CASE("a device keeps its own figures in every order of CUDA_VISIBLE_DEVICES", "[memory]") {
  OneGpu machine;
  machine.driver.add_device("GPU-2", 2 * kGiB);
  machine.driver.add_device("GPU-3", 3 * kGiB);
  std::vector<std::string> order{"0", "GPU-2", "2"};
  std::sort(order.begin(), order.end());
  do {
    machine.environment =
        Environment{{{"CUDA_VISIBLE_DEVICES", order[0] + "," + order[1] + "," + order[2]}}};
    const auto probe = machine.probe();
    REQUIRE(probe.devices().size() == 3);
    for (const Device& device : probe.devices()) {
      const auto& entry = order[static_cast<std::size_t>(device.index)];
      const Bytes size = entry == "0" ? 24_GiB : entry == "2" ? 3_GiB : 2_GiB;
      CHECK(device.total == size);
      CHECK(probe.read(device.uuid).memory().value().total == size);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("when nothing is visible the probe says that devices are hidden", "[memory]") {
  OneGpu machine;
  machine.environment = Environment{{{"CUDA_VISIBLE_DEVICES", "5"}}};
  const auto probe = machine.probe();

  CHECK(probe.devices().empty());
  CHECK_THAT(probe.why_unavailable(), contains_text("CUDA_VISIBLE_DEVICES=5"));
  REQUIRE(probe.remarks().size() == 1);
  CHECK_THAT(probe.remarks().front(), contains_text("\"5\" names no device"));
}

TEST_CASE("a slice has its own figures, not those of the whole device", "[memory]") {
  OneGpu machine;
  machine.driver.add_slice(machine.gpu, "MIG-one", 5 * kGiB);
  StubDevice& second = machine.driver.add_slice(machine.gpu, "MIG-two", 10 * kGiB);
  second.used = 4 * kGiB;
  machine.environment = Environment{{{"CUDA_VISIBLE_DEVICES", "MIG-two"}}};
  const auto probe = machine.probe();

  REQUIRE(probe.devices().size() == 1);
  CHECK(probe.devices().front().uuid == "MIG-two");
  CHECK(probe.devices().front().name == "Stub GPU slice");
  CHECK(probe.devices().front().index == 0);
  CHECK(probe.devices().front().total == 10_GiB);
  CHECK(probe.read("MIG-two").memory().value().free == 6_GiB);
  CHECK_FALSE(probe.read("GPU-1234-abcd").memory().has_value());
}

TEST_CASE("a device lost before the start is listed, and read once it is back", "[memory]") {
  const OneGpu machine;
  machine.gpu.fail_memory(kGpuIsLost);
  const auto probe = machine.probe();

  REQUIRE(probe.devices().size() == 1);
  CHECK(probe.devices().front().total == 0_B);
  CHECK_THAT(why_unknown(probe), contains_text("GPU is lost"));
  machine.gpu.fail_memory(0);

  CHECK(probe.read("GPU-1234-abcd").memory().value().total == 24_GiB);
}

TEST_CASE("CUDA is asked when NVML may not tell, but not when the device is in trouble",
          "[memory]") {
  OneGpu machine;
  machine.options.fallback = [](int /*index*/) { return DeviceMemory{20_GiB, 7_GiB}; };
  const auto probe = machine.probe();

  machine.gpu.fail_memory(kNoPermission);
  CHECK(probe.read("GPU-1234-abcd").memory().value().free == 7_GiB);
  machine.gpu.fail_memory(kGpuIsLost);

  CHECK_THAT(why_unknown(probe), contains_text("GPU is lost"));
}

TEST_CASE("a device is no larger than CUDA says, nor than its limit", "[memory]") {
  OneGpu machine;
  machine.options.fallback = [](int /*index*/) { return DeviceMemory{20_GiB, 7_GiB}; };
  CHECK(machine.probe().devices().front().total == 20_GiB);
  machine.environment = Environment{{{"CUDA_MPS_PINNED_DEVICE_MEM_LIMIT", "0=10G"}}};
  const auto probe = machine.probe();

  CHECK(probe.devices().front().total == 10_GiB);
  CHECK(probe.read("GPU-1234-abcd").memory().value().free == 10_GiB);
}

TEST_CASE("a limit that cannot be read stops the program at the start", "[memory]") {
  OneGpu machine;
  machine.environment = Environment{{{"CLAMS_DEVICE_LIMIT", "all"}}};

  CHECK_THROWS_AS(machine.probe(), Error);
}

TEST_CASE("a device without memory of its own has what the host has", "[memory]") {
  OneGpu machine;
  machine.options.host_memory = machine.folder.path() / "meminfo";
  std::ofstream{machine.options.host_memory}
      << "MemTotal:       16777216 kB\nMemFree:  1 kB\nMemAvailable:    4194304 kB\n";
  machine.gpu.fail_memory(kNotSupported);
  const auto probe = machine.probe();

  CHECK(probe.devices().front().shares_host_memory);
  CHECK(probe.devices().front().total == 16_GiB);
  CHECK(probe.read("GPU-1234-abcd").memory().value().free == 4_GiB);
  std::ofstream{machine.options.host_memory} << "nothing";

  CHECK_THAT(why_unknown(probe), contains_text("does not say how much"));
}

TEST_CASE("what another process takes of a device is seen", "[memory]") {
  OneGpu machine;
  const std::string path = (machine.folder.path() / "driver").string();
  testing::ChildProcess child{[&path] {
    const testing::SharedFile<StubDriver> file{path};
    return file->devices[0].allocate(10 * kGiB) ? 0 : 1;
  }};
  CHECK(child.wait().exit_code == 0);
  const auto probe = machine.probe();

  CHECK(probe.read("GPU-1234-abcd").memory().value().busy() == 11776_MiB);
}

TEST_CASE("processes with probes of their own see the same device", "[memory]") {
  const OneGpu machine;
  testing::ChildProcess child{[&machine] {
    const auto probe = machine.probe();
    return probe.read("GPU-1234-abcd").memory().value().busy() == 1536_MiB ? 0 : 1;
  }};

  CHECK(child.wait().exit_code == 0);
}

TEST_CASE("what a driver does not say of a device is not needed", "[memory]") {
  const OneGpu machine;
  machine.gpu.name_result = kNotSupported;
  machine.driver.version_result = kNotSupported;
  const auto probe = machine.probe();

  REQUIRE(probe.devices().size() == 1);
  CHECK(probe.devices().front().name == "unnamed NVIDIA device");
  CHECK(probe.devices().front().driver.empty());
}

TEST_CASE("a device without UUID is left out", "[memory]") {
  const OneGpu machine;
  machine.gpu.uuid_result = kNotSupported;
  const auto probe = machine.probe();

  CHECK(probe.devices().empty());
  CHECK(probe.why_unavailable() == "the driver lists no device that can be used");
}

TEST_CASE("an old driver knows no slices and has no words for its errors", "[memory]") {
  OneGpu machine;
  machine.options.library = kOldStub;
  machine.gpu.is_cut = 1;
  const auto probe = machine.probe();

  REQUIRE(probe.devices().size() == 1);
  machine.gpu.fail_memory(kGpuIsLost);
  CHECK_THAT(why_unknown(probe), contains_text("failure (NVML error 15)"));
}
