// SPDX-License-Identifier: Apache-2.0
// A stand-in for NVIDIA's driver library, on the same fake GPUs as the tests' stub of NVML: each
// process that loads it may free what it has allocated.
#include "support/stub_nvml/stub_gpu.hpp"

#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>

using clams::testing::StubDevice;
using clams::testing::StubDriver;

namespace {

constexpr int kOutOfMemory = 2;
constexpr int kInvalidValue = 1;

struct Allocation {
  StubDevice* device;
  std::size_t bytes;
};

std::unique_ptr<clams::testing::SharedFile<StubDriver>> file;
thread_local StubDevice* current = nullptr;
std::mutex mutex;  // guards the following
std::map<unsigned long long, Allocation> allocations;
unsigned long long next = 1;

}  // namespace

extern "C" {

int cuInit(unsigned /*flags*/) {
  const char* const path = std::getenv("CLAMS_STUB_NVML");
  if (path == nullptr) return kInvalidValue;
  file = std::make_unique<clams::testing::SharedFile<StubDriver>>(path);
  return 0;
}

int cuDeviceGet(int* device, int index) {
  *device = index;
  return index < (**file).device_count ? 0 : kInvalidValue;
}

int cuDevicePrimaryCtxRetain(void** context, int device) {
  *context = &(**file).devices.at(static_cast<std::size_t>(device));
  return 0;
}

int cuCtxSetCurrent(void* context) {
  current = static_cast<StubDevice*>(context);
  return 0;
}

int cuMemAlloc_v2(unsigned long long* address, std::size_t bytes) {
  if (!current->allocate(bytes)) return kOutOfMemory;
  const std::scoped_lock lock{mutex};
  *address = next++;
  allocations[*address] = {current, bytes};
  return 0;
}

int cuMemFree_v2(unsigned long long address) {
  const std::scoped_lock lock{mutex};
  const auto found = allocations.extract(address);
  if (found.empty()) return kInvalidValue;
  found.mapped().device->free(found.mapped().bytes);
  return 0;
}
}
