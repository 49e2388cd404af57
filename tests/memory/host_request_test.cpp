// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/memory_host.hpp"
#include <clams/memory/gpu_memory_setup.hpp>
#include <clams/memory/host_meter.hpp>
#include <clams/memory/model_pool.hpp>
#include <clams/memory/requirement_resolver.hpp>

#include <barrier>
#include <future>
#include <memory>
#include <optional>
#include <vector>

using clams::Bytes;
using clams::MemoryReport;
using clams::RunEnd;
using clams::testing::TemporaryFolder;
using clams::testing::wants;
using namespace clams::literals;

namespace {

std::vector<char> touched(Bytes size) {
  return std::vector<char>(static_cast<std::size_t>(size.count()), 'x');
}

class NoDevices final : public clams::DeviceProbe {
 public:
  [[nodiscard]] const std::vector<clams::Device>& devices() const override { return none_; }
  [[nodiscard]] clams::DeviceReading read(const std::string& /*uuid*/) const override {
    return clams::DeviceReading::unknown("there is no device");
  }

 private:
  std::vector<clams::Device> none_;
};

/// A process of an app that declares what it needs, on a machine without a GPU.
struct ProcessorHost {
  TemporaryFolder folder;
  std::unique_ptr<clams::GpuMemory> memory;

  ProcessorHost() {
    memory = std::make_unique<clams::GpuMemory>(
        clams::gpu_memory_parts(clams::Environment{{}}, {.profile_dir = folder.path()}, "a test",
                                nullptr, {}, std::make_unique<NoDevices>()));
  }

  [[nodiscard]] std::optional<clams::PeakRecord> record() const {
    const auto request = wants("", 0_B);
    return memory->store()->find(request.app, request.hash);
  }
};

}  // namespace

TEST_CASE("a run on the processor is measured by the memory of the host", "[memory]") {
  const ProcessorHost host;
  const auto request = host.memory->begin(wants("m", 1_GiB));
  const auto work = touched(64_MiB);

  const MemoryReport report = request->finish(RunEnd::succeeded);

  CHECK(report.is_host);
  CHECK(report.device.empty());
  CHECK(report.allocated >= 64_MiB);
  CHECK(report.allocated < 1_GiB);
}

TEST_CASE("what a run took of the host is remembered apart from what runs take of GPUs",
          "[memory]") {
  const ProcessorHost host;
  const auto request = host.memory->begin(wants("m", 1_GiB));
  const auto work = touched(64_MiB);
  request->finish(RunEnd::succeeded);

  const auto record = host.record();

  REQUIRE(record.has_value());
  CHECK(record->peak == 0_B);
  CHECK(record->devices.at(clams::kHostDevice).working >= 64_MiB);
  CHECK(record->devices.at(clams::kHostDevice).library == "host");
  clams::Device gpu;
  gpu.name = "Some GPU";
  gpu.total = 10_GiB;
  const auto needs = clams::resolve_requirements({.declared = {}, .record = record}, gpu, {});
  CHECK(needs.front().source == clams::RequirementSource::rule);
}

TEST_CASE("a model that is loaded on the processor is not the request's", "[memory]") {
  const ProcessorHost host;
  const clams::ModelPool<std::vector<char>> models;
  const auto request = host.memory->begin(wants("m", 1_GiB));
  const auto model = models.acquire(*request, "m", [](const clams::Device* device) {
    CHECK(device == nullptr);
    return std::make_shared<std::vector<char>>(touched(64_MiB));
  });

  const MemoryReport report = request->finish(RunEnd::succeeded);

  CHECK(report.weights >= 60_MiB);
  CHECK(report.allocated < 60_MiB);
}

TEST_CASE("a run beside another one on the processor proves nothing", "[memory]") {
  const ProcessorHost host;
  std::barrier together{2};
  const auto run = [&] {
    const auto request = host.memory->begin(wants("m", 1_GiB));
    together.arrive_and_wait();
    const MemoryReport report = request->finish(RunEnd::succeeded);
    together.arrive_and_wait();
    return report;
  };
  auto other = std::async(std::launch::async, run);

  CHECK(run().is_upper_bound);
  CHECK(other.get().is_upper_bound);
  CHECK_FALSE(host.record().has_value());
}

TEST_CASE("an app that has nothing to do with GPUs is not measured", "[memory]") {
  clams::GpuMemory memory;

  CHECK_FALSE(memory.begin({.id = "r", .app = "a"})->finish(RunEnd::succeeded).is_host);
}
