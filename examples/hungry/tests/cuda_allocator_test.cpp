// SPDX-License-Identifier: Apache-2.0
// The way to real GPUs, on stand-ins for NVIDIA's two libraries.
#include "gpu/cuda_allocator.hpp"

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/stub_nvml/stub_gpu.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/util/json.hpp>

#include <unistd.h>

using clams::Device;
using clams::testing::contains_text;
using hungry::Block;
using hungry::CudaAllocator;
using namespace clams::literals;

namespace {

/// One GPU of 8 GiB behind both stand-ins.
struct StubbedGpu {
  StubbedGpu() { gpu().total = static_cast<std::uint64_t>((8_GiB).count()); }

  [[nodiscard]] clams::testing::StubDevice& gpu() const { return host.driver().devices[0]; }
  [[nodiscard]] clams::Bytes used() const {
    return clams::Bytes{static_cast<std::int64_t>(gpu().used.load())};
  }

  clams::testing::TemporaryFolder folder;
  clams::testing::StubHost host{(folder.path() / "driver").string()};
  clams::testing::StubDevice& added = host.driver().add_device("GPU-aaaa", 0);
  Device device{.uuid = "GPU-aaaa", .name = "Stub GPU", .index = 0, .total = 8_GiB};
};

}  // namespace

TEST_CASE("memory of a real GPU is taken, measured and given back", "[hungry]") {
  const StubbedGpu stub;
  CudaAllocator allocator{HUNGRY_STUB_CUDA};
  const auto meter = allocator.make_meter();
  {
    const Block block{allocator, stub.device, 3_GiB};
    CHECK(stub.used() == 3_GiB);
    CHECK(meter->held(0) == 3_GiB);
    const Block nothing{allocator, stub.device, 0_GiB};
  }

  CHECK(stub.used() == 0_GiB);
  CHECK(meter->held(0) == 0_GiB);
}

TEST_CASE("a full real GPU is out of memory, not out of order", "[hungry]") {
  const StubbedGpu stub;
  CudaAllocator allocator{HUNGRY_STUB_CUDA};

  CHECK_THROWS_AS((Block{allocator, stub.device, 9_GiB}), clams::DeviceOutOfMemory);
  CHECK_THROWS_AS(allocator.fail(stub.device, 1_GiB), clams::DeviceOutOfMemory);
  CHECK(stub.used() == 0_GiB);
}

TEST_CASE("without a driver the way out is told", "[hungry]") {
  CudaAllocator allocator{"/nonexistent/libcuda.so.1"};

  CHECK_THROWS_WITH((Block{allocator, Device{}, 1_GiB}),
                    contains_text("CLAMS_SIMULATED_GPUS=24GiB makes a simulated GPU"));
}

TEST_CASE("on a real GPU the app's view says what it had", "[hungry]") {
  const StubbedGpu stub;
  const std::string folder = stub.folder.path().string();
  clams::testing::ChildProcess app{
      [] { return ::execl(HUNGRY_PROGRAM, "hungry", "annotate", HUNGRY_INPUT, nullptr); },
      "",
      {"LD_LIBRARY_PATH=" HUNGRY_STUB_LIBRARIES, "CLAMS_LEDGER_DIR=" + folder + "/ledgers",
       "CLAMS_PROFILE_DIR=" + folder + "/profiles", "CLAMS_APP_VERSION=v1",
       "CLAMS_STUB_NVML=" + folder + "/driver"}};

  const auto ended = app.wait();

  INFO(ended.err);
  REQUIRE(ended.exit_code == 0);
  const clams::Json view = clams::parse_json(ended.out)["views"][0];
  const clams::Json profile = view["metadata"]["appProfiling"]["gpuMemory"];
  CHECK(profile["uuid"] == "GPU-aaaa");
  CHECK(profile["modelBytes"] == (3_GiB).count());
  CHECK(profile["allocatedBytes"] == (1_GiB).count());
  CHECK(stub.used() == 0_GiB);
}
