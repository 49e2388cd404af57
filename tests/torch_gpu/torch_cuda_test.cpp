// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/measured_peaks.hpp"
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/memory_guard.hpp>
#include <clams/torch/torch_meter.hpp>

#include <ATen/Functions.h>
#include <c10/util/Exception.h>
#include <optional>
#include <thread>
#include <vector>

#ifdef CLAMS_TORCH_HAS_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#endif

using clams::Bytes;
using clams::MemoryGuard;
using clams::ScopeKind;
using clams::TorchMemory;
using clams::TorchMeter;
using clams::testing::measured_side_by_side;
using namespace clams::literals;

namespace {

bool has_gpu() { return TorchMeter{}.memory() == TorchMemory::cuda; }

at::Tensor bytes(Bytes size) {
  return at::empty({size.count()}, at::TensorOptions().dtype(at::kByte).device(at::kCUDA, 0));
}

}  // namespace

TEST_CASE("requests side by side on a GPU are measured to 512 bytes", "[torch]") {
  if (!has_gpu()) CLAMS_SKIP("libtorch has no GPU");
  TorchMeter meter{TorchMemory::cuda};
  const auto own = [](std::size_t i) { return 3_MiB * static_cast<std::int64_t>(i + 1); };

  const auto peaks = measured_side_by_side(meter, 4, [&](std::size_t i) {
    for (int round = 0; round < 100; ++round) {
      const auto one = bytes(own(i));
      const auto two = bytes(Bytes{1000});
    }
  });

  for (std::size_t i = 0; i < peaks.size(); ++i) CHECK(peaks[i].allocated == own(i) + 1_KiB);
}

TEST_CASE("GPU memory that a thread in no scope frees is its owner's", "[torch]") {
  if (!has_gpu()) CLAMS_SKIP("libtorch has no GPU");
  TorchMeter meter{TorchMemory::cuda};
  const auto model = meter.open(ScopeKind::model);
  std::optional weights{bytes(32_MiB)};
  meter.close(model);
  CHECK(model->peaks().at(0).live == 32_MiB);
  CHECK(model->peaks().at(0).reserved >= 32_MiB);
  CHECK(meter.held(0).value_or(0_B) >= 32_MiB);

  std::thread other{[&weights] { weights.reset(); }};
  other.join();

  CHECK(model->peaks().at(0).live == 0_B);
}

TEST_CASE("a GPU without room is told with the size that was asked for", "[torch]") {
  if (!has_gpu()) CLAMS_SKIP("libtorch has no GPU");
  TorchMeter meter{TorchMemory::cuda};
  const MemoryGuard guard{meter, ScopeKind::request};

  try {
    const auto tensor = bytes(1_GiB * (std::int64_t{1} << 20U));
    FAIL("the device gave more than there is");
  } catch (const c10::Error&) {
    CHECK_THROWS_AS(meter.translate_exception(), clams::DeviceOutOfMemory);
  }
  CHECK(guard.peaks().at(0).failed_at >= 1_GiB);
}

#ifdef CLAMS_TORCH_HAS_CUDA
TEST_CASE("a lone request's peak is what libtorch's own statistics say", "[torch]") {
  if (!has_gpu()) CLAMS_SKIP("libtorch has no GPU");
  namespace allocator = c10::cuda::CUDACachingAllocator;
  constexpr std::size_t kAggregate = 0;
  constexpr int kTensors = 8;
  TorchMeter meter{TorchMemory::cuda};
  const auto before = allocator::getDeviceStats(0).allocated_bytes[kAggregate].current;
  allocator::resetPeakStats(0);
  const MemoryGuard guard{meter, ScopeKind::request};

  std::vector<at::Tensor> tensors;
  for (int i = 1; i <= kTensors; ++i) tensors.push_back(bytes(Bytes{i * 1'500'001}));
  tensors.resize(2);
  tensors.push_back(bytes(5_MiB));

  // libtorch counts whole blocks: one that it did not split is larger than what was asked for.
  const Bytes peak = guard.peaks().at(0).allocated;
  const auto after = allocator::getDeviceStats(0).allocated_bytes[kAggregate].peak;
  CHECK(peak <= Bytes{after - before});
  CHECK(Bytes{after - before} <= peak + 2_MiB * kTensors);
}
#endif
