// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/cuda/cuda_memory_info.hpp>
#include <clams/cuda/cuda_meter.hpp>
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/memory_guard.hpp>

#include <cuda_runtime_api.h>

using clams::CudaMeter;
using clams::MemoryGuard;
using clams::ScopeKind;
using namespace clams::literals;

namespace {

bool has_device() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess && count > 0;
}

/// Memory of the current device's pool, given back in the destructor.
class PoolMemory {
 public:
  explicit PoolMemory(clams::Bytes size) {
    const auto bytes = static_cast<std::size_t>(size.count());
    clams::check_cuda_memory(cudaMallocAsync(&pointer_, bytes, nullptr), 0, size);
  }
  PoolMemory(const PoolMemory&) = delete;
  PoolMemory& operator=(const PoolMemory&) = delete;
  PoolMemory(PoolMemory&&) = delete;
  PoolMemory& operator=(PoolMemory&&) = delete;
  ~PoolMemory() {
    cudaFreeAsync(pointer_, nullptr);
    cudaStreamSynchronize(nullptr);
  }

 private:
  void* pointer_ = nullptr;
};

}  // namespace

TEST_CASE("a lone scope's peak is what it took of the pool", "[cuda]") {
  if (!has_device()) CLAMS_SKIP("no GPU");
  CudaMeter meter;
  const PoolMemory before{8_MiB};
  const MemoryGuard guard{meter, ScopeKind::request};

  { const PoolMemory passing{64_MiB}; }
  const PoolMemory kept{16_MiB};

  const auto peaks = guard.peaks();
  REQUIRE(peaks.size() == 1);
  CHECK(peaks[0].allocated == 64_MiB);
  CHECK(peaks[0].live == 16_MiB);
  CHECK_FALSE(peaks[0].is_upper_bound);
  CHECK(meter.held(0).value_or(0_B) >= 24_MiB);
}

TEST_CASE("CUDA says what the device has", "[cuda]") {
  if (!has_device()) CLAMS_SKIP("no GPU");

  const auto memory = clams::cuda_memory_info()(0);

  REQUIRE(memory.has_value());
  CHECK(memory->total > memory->free);
  CHECK(memory->free > 0_B);
  CHECK_FALSE(clams::cuda_memory_info()(1000).has_value());
}

TEST_CASE("without a GPU the meter says so, and nothing is known of devices", "[cuda]") {
  if (has_device()) CLAMS_SKIP("there is a GPU");

  CHECK_THROWS_WITH(CudaMeter{}, clams::testing::contains_text("no device"));
  CHECK_FALSE(clams::cuda_memory_info()(0).has_value());
}

TEST_CASE("a code of CUDA's is an error of ours", "[cuda]") {
  CHECK_NOTHROW(clams::check_cuda_memory(cudaSuccess, 0, 1_MiB));
  CHECK_THROWS_AS(clams::check_cuda_memory(cudaErrorMemoryAllocation, 0, 1_MiB),
                  clams::DeviceOutOfMemory);
  CHECK_THROWS_WITH(clams::check_cuda_memory(cudaErrorInvalidValue, 3, 1_MiB),
                    clams::testing::contains_text("device 3"));
}
