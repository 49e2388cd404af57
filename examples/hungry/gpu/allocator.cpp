// SPDX-License-Identifier: Apache-2.0
#include "gpu/allocator.hpp"

#include "gpu/cuda_allocator.hpp"
#include <clams/memory/find_simulated_gpus.hpp>

#include <mutex>

namespace hungry {
namespace {

/// Found when they are first needed: who only asks for --help needs none.
class SimulatedAllocator final : public Allocator {
 public:
  explicit SimulatedAllocator(clams::Environment environment)
      : environment_(std::move(environment)) {}

  std::uintptr_t allocate(const clams::Device& device, clams::Bytes bytes) override {
    const std::scoped_lock lock{mutex_};
    return static_cast<std::uintptr_t>(gpus().allocate(gpus().index_of(device.uuid), bytes));
  }
  void free(const clams::Device& /*device*/, std::uintptr_t address) noexcept override {
    const std::scoped_lock lock{mutex_};
    gpus().free(clams::SimulatedAddress{address});
  }
  void fail(const clams::Device& device, clams::Bytes bytes) override {
    const std::scoped_lock lock{mutex_};  // no other allocation may come between and fail instead
    const int index = gpus().index_of(device.uuid);
    gpus().fail_allocation(index, 1);
    gpus().allocate(index, bytes);
    throw clams::Error{clams::ErrorCode::internal, "a simulated allocation should have failed"};
  }
  /// The SDK measures simulated GPUs itself.
  std::unique_ptr<clams::PeakMeter> make_meter() override { return nullptr; }

 private:
  clams::SimulatedGpus& gpus() {
    if (!gpus_) gpus_ = clams::find_simulated_gpus(environment_);
    return *gpus_;
  }

  clams::Environment environment_;
  std::mutex mutex_;  // guards gpus_, and the order of allocations
  std::shared_ptr<clams::SimulatedGpus> gpus_;
};

}  // namespace

std::unique_ptr<Allocator> make_allocator(const clams::Environment& environment) {
  const bool is_simulated = !environment.get_or("CLAMS_SIMULATED_GPUS", "").empty() ||
                            !environment.get_or("CLAMS_SIMULATED_STATE", "").empty();
  if (is_simulated) return std::make_unique<SimulatedAllocator>(environment);
  return std::make_unique<CudaAllocator>();
}

}  // namespace hungry
