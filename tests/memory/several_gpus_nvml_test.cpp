// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/memory_host.hpp"
#include "support/stub_nvml/stub_gpu.hpp"
#include <clams/memory/insufficient_memory.hpp>
#include <clams/memory/nvml_probe.hpp>

#include <memory>
#include <string>

using clams::Environment;
using clams::GpuMemory;
using clams::testing::kGiB;
using clams::testing::StubDriver;
using clams::testing::TemporaryFolder;
using clams::testing::wants;
using namespace clams::literals;
using namespace std::chrono_literals;

namespace {

/// A machine with two GPUs of 24 GiB, one of which may be cut; processes on it choose their GPUs.
struct TwoGpus {
  TwoGpus() {
    driver.add_device("GPU-aaaa", 24 * kGiB);
    driver.add_device("GPU-bbbb", 24 * kGiB);
    options.margin = 0_B;
    options.on_busy = clams::BusyPolicy::reject;
  }
  TwoGpus(const TwoGpus&) = delete;
  TwoGpus& operator=(const TwoGpus&) = delete;
  TwoGpus(TwoGpus&&) = delete;
  TwoGpus& operator=(TwoGpus&&) = delete;
  ~TwoGpus() { host.wait_until_unused(); }

  [[nodiscard]] std::unique_ptr<GpuMemory> process(const std::string& visible) const {
    clams::GpuMemoryParts parts;
    parts.probe = std::make_unique<clams::NvmlProbe>(
        Environment{{{"CUDA_VISIBLE_DEVICES", visible}}},
        clams::NvmlProbeOptions{.library = CLAMS_STUB_NVML_FOLDER "/current/libnvidia-ml.so.1",
                                .read_budget = 5s});
    parts.ledger_folder = folder.path() / "ledgers";
    parts.options = options;
    parts.log = {.level = clams::LogLevel::critical};
    return std::make_unique<GpuMemory>(std::move(parts));
  }

  TemporaryFolder folder;
  clams::testing::StubHost host{(folder.path() / "driver").string()};
  StubDriver& driver = host.driver();
  clams::MemoryOptions options;
};

clams::MemoryRequest needs(clams::Bytes amount) { return wants("net", 0_B, amount); }

}  // namespace

TEST_CASE("processes that count GPUs in different orders keep the same promises", "[memory]") {
  const TwoGpus machine;
  const auto one = machine.process("0,1");
  const auto other = machine.process("GPU-bbbb,0");
  const auto first = one->begin(needs(20_GiB));
  REQUIRE(first->device()->uuid == "GPU-aaaa");

  const auto second = other->begin(needs(20_GiB));

  CHECK(second->device()->uuid == "GPU-bbbb");
  CHECK(second->device()->index == 0);
  CHECK(other->accounts()[1]->look().available() == 4_GiB);
  CHECK_THROWS_AS(one->begin(needs(5_GiB)), clams::InsufficientMemory);
}

TEST_CASE("a cap and what is left free follow the UUID, not the index", "[memory]") {
  TwoGpus machine;
  machine.options.caps = {"cap", "GPU-bbbb=8G"};
  machine.options.leave_free = {"leave", "GPU-aaaa=4GiB"};
  const auto memory = machine.process(GENERATE("0,1", "1,0", "GPU-b,GPU-a"));

  for (const auto& account : memory->accounts()) {
    const bool is_capped = account->device().uuid == "GPU-bbbb";
    CHECK(account->device().total == (is_capped ? 8_GiB : 24_GiB));
    CHECK(account->look().available() == (is_capped ? 8_GiB : 24_GiB));
    CHECK(account->margin() == (is_capped ? 0_B : 4_GiB));
  }
}

TEST_CASE("requests are pinned by UUID whatever order CUDA counts in", "[memory]") {
  TwoGpus machine;
  machine.options.placement = clams::PlacementPolicy::pinned;
  machine.options.pin_to = "GPU-bbbb";
  const auto memory = machine.process(GENERATE("0,1", "1,0"));

  CHECK(memory->begin(needs(1_GiB))->device()->uuid == "GPU-bbbb");
}

TEST_CASE("slices of one card have ledgers, caps and slots of their own", "[memory]") {
  TwoGpus machine;
  machine.driver.add_slice(machine.driver.devices[0], "MIG-one", 10 * kGiB);
  machine.driver.add_slice(machine.driver.devices[0], "MIG-two", 10 * kGiB);
  machine.options.caps = {"cap", "MIG-two=6GiB"};
  machine.options.max_per_gpu = 1;
  const auto one = machine.process("MIG-one");
  const auto two = machine.process("MIG-two");
  const auto first = one->begin(needs(10_GiB));

  const auto second = two->begin(needs(6_GiB));

  CHECK(first->device()->uuid == "MIG-one");
  CHECK(second->device()->uuid == "MIG-two");
  CHECK(second->device()->total == 6_GiB);
  CHECK_THROWS_AS(two->begin(needs(1_GiB)), clams::InsufficientMemory);
}
