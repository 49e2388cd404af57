// SPDX-License-Identifier: Apache-2.0
#include "gpu/cuda_allocator.hpp"

#include <clams/memory/device_out_of_memory.hpp>
#include <clams/util/error.hpp>

#include <dlfcn.h>

namespace hungry {
namespace {

constexpr int kSuccess = 0;
constexpr int kOutOfMemory = 2;

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) {
    throw clams::Error{clams::ErrorCode::unavailable,
                       std::string{"the CUDA driver has no "} + name};
  }
}

void check(int answer, const std::string& call) {
  if (answer == kSuccess) return;
  throw clams::Error{clams::ErrorCode::unavailable,
                     call + " of the CUDA driver failed with error " + std::to_string(answer)};
}

}  // namespace

const CudaAllocator::Driver& CudaAllocator::driver() {
  if (is_loaded_) return driver_;
  void* const library = dlopen(library_.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw clams::Error{clams::ErrorCode::unavailable,
                       "there is no CUDA driver (" + library_ +
                           "); CLAMS_SIMULATED_GPUS=24GiB makes a simulated GPU"};
  }
  find(library, "cuInit", driver_.init);
  find(library, "cuDeviceGet", driver_.device_get);
  find(library, "cuDevicePrimaryCtxRetain", driver_.retain_context);
  find(library, "cuCtxSetCurrent", driver_.set_context);
  find(library, "cuMemAlloc_v2", driver_.allocate);
  find(library, "cuMemFree_v2", driver_.free);
  check(driver_.init(0), "cuInit");
  is_loaded_ = true;
  return driver_;
}

void CudaAllocator::enter(const clams::Device& device) {
  void*& context = contexts_[device.index];
  if (context == nullptr) {
    int handle = 0;
    check(driver().device_get(&handle, device.index), "cuDeviceGet");
    check(driver().retain_context(&context, handle), "cuDevicePrimaryCtxRetain");
  }
  check(driver().set_context(context), "cuCtxSetCurrent");
}

std::uintptr_t CudaAllocator::allocate(const clams::Device& device, clams::Bytes bytes) {
  unsigned long long address = 0;
  int answer = kSuccess;
  {
    const std::scoped_lock lock{mutex_};
    enter(device);
    answer = driver().allocate(&address, static_cast<std::size_t>(bytes.count()));
    if (answer == kSuccess) {
      blocks_[address] = bytes;
      if (meter_ != nullptr) meter_->on_allocated(device.index, address, bytes);
      return address;
    }
  }
  if (answer == kOutOfMemory) fail(device, bytes);
  check(answer, "cuMemAlloc");
  return address;
}

void CudaAllocator::free(const clams::Device& device, std::uintptr_t address) noexcept {
  const std::scoped_lock lock{mutex_};
  const auto block = blocks_.extract(address);
  if (block.empty() || driver_.set_context(contexts_[device.index]) != kSuccess) return;
  if (meter_ != nullptr) meter_->on_freed(device.index, address, block.mapped());
  driver_.free(address);
}

void CudaAllocator::fail(const clams::Device& device, clams::Bytes bytes) {
  const std::scoped_lock lock{mutex_};
  if (meter_ != nullptr) meter_->on_out_of_memory(device.index, bytes);
  throw clams::DeviceOutOfMemory{
      device.index, bytes,
      device.name + " is out of memory: " + to_text(bytes) + " were asked for"};
}

std::unique_ptr<clams::PeakMeter> CudaAllocator::make_meter() {
  auto meter =
      std::make_unique<clams::TrackingMeter>(clams::TrackingMeterOptions{.name = "CUDA driver"});
  const std::scoped_lock lock{mutex_};
  meter_ = meter.get();
  return meter;
}

}  // namespace hungry
