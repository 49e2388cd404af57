// SPDX-License-Identifier: Apache-2.0
// A stand-in for NVIDIA's management library that answers from a shared file: see stub_gpu.hpp.
#include "support/stub_nvml/stub_gpu.hpp"
#include <clams/memory/detail/nvml_api.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace {

namespace nvml = clams::detail::nvml;
using clams::testing::SharedFile;
using clams::testing::StubDevice;
using clams::testing::StubDriver;

struct Session {
  std::mutex mutex;  // guards all below
  int uses = 0;
  std::unique_ptr<SharedFile<StubDriver>> file;
};

Session session;

StubDriver& driver() { return **session.file; }

StubDevice& device_of(nvml::DeviceHandle handle) { return *static_cast<StubDevice*>(handle); }

void hang_while(const std::atomic<int>& flag) {
  while (flag != 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

nvml::Result copy_text(const char* from, char* to, unsigned size) {
  if (std::strlen(from) >= size) return nvml::insufficient_size;
  std::strncpy(to, from, size);
  return nvml::success;
}

nvml::Result as_result(int code) { return static_cast<nvml::Result>(code); }

// The n-th whole device, or the n-th slice of one.
StubDevice* find_device(int parent, unsigned place) {
  for (int i = 0; i < driver().device_count; ++i) {
    StubDevice& device = driver().devices.at(static_cast<std::size_t>(i));
    if (device.parent == parent && place-- == 0) return &device;
  }
  return nullptr;
}

std::uint64_t free_memory(const StubDevice& device) {
  if (device.false_free != 0) return device.false_free;
  const std::uint64_t room = device.total - device.reserved;
  return room - std::min(room, device.taken());
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): the names of NVML's own functions
extern "C" {

nvml::Result nvmlInit_v2() {
  const std::scoped_lock lock{session.mutex};
  const char* const path = std::getenv("CLAMS_STUB_NVML");
  if (path == nullptr) return nvml::driver_not_loaded;
  try {
    if (session.uses == 0) session.file = std::make_unique<SharedFile<StubDriver>>(path);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stub NVML: %s\n", error.what());
    return nvml::unknown;
  }
  ++driver().inits;
  hang_while(driver().init_hangs);
  if (driver().init_result == nvml::success) {
    ++session.uses;
  } else {
    --driver().inits;
  }
  return as_result(driver().init_result);
}

nvml::Result nvmlShutdown() {
  const std::scoped_lock lock{session.mutex};
  ++driver().shutdowns;
  if (--session.uses == 0) session.file.reset();
  return nvml::success;
}

nvml::Result nvmlSystemGetDriverVersion(char* text, unsigned size) {
  if (driver().version_result != 0) return as_result(driver().version_result);
  return copy_text(driver().version.data(), text, size);
}

nvml::Result nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 0;
  while (find_device(0, *count) != nullptr) ++*count;
  return as_result(driver().count_result);
}

nvml::Result nvmlDeviceGetHandleByIndex_v2(unsigned index, nvml::DeviceHandle* handle) {
  StubDevice* const device = find_device(0, index);
  *handle = device;
  return device == nullptr ? nvml::invalid_argument : as_result(device->handle_result);
}

nvml::Result nvmlDeviceGetUUID(nvml::DeviceHandle handle, char* text, unsigned size) {
  const StubDevice& device = device_of(handle);
  if (device.uuid_result != 0) return as_result(device.uuid_result);
  return copy_text(device.uuid.data(), text, size);
}

nvml::Result nvmlDeviceGetName(nvml::DeviceHandle handle, char* text, unsigned size) {
  const StubDevice& device = device_of(handle);
  if (device.name_result != 0) return as_result(device.name_result);
  return copy_text(device.name.data(), text, size);
}

nvml::Result nvmlDeviceGetMemoryInfo(nvml::DeviceHandle handle, nvml::Memory* memory) {
  StubDevice& device = device_of(handle);
  ++device.memory_calls;
  hang_while(device.hangs);
  *memory = {device.total, free_memory(device), device.taken() + device.reserved};
  return as_result(device.memory_result);
}

#ifndef CLAMS_STUB_IS_OLD
const char* nvmlErrorString(nvml::Result result) {
  if (result == nvml::gpu_is_lost) return "GPU is lost";
  return result == nvml::success ? "Success" : "Stub error";
}

nvml::Result nvmlDeviceGetMemoryInfo_v2(nvml::DeviceHandle handle, nvml::MemoryV2* memory) {
  if (memory->version != nvml::kMemoryV2Version) return nvml::argument_version_mismatch;
  StubDevice& device = device_of(handle);
  ++device.memory_calls;
  hang_while(device.hangs);
  *memory = {memory->version, device.total, device.reserved, free_memory(device), device.taken()};
  return as_result(device.memory_v2_result);
}

nvml::Result nvmlDeviceGetMigMode(nvml::DeviceHandle handle, unsigned* current, unsigned* pending) {
  *current = device_of(handle).is_cut != 0 ? 1 : 0;
  *pending = *current;
  return nvml::success;
}

nvml::Result nvmlDeviceGetMaxMigDeviceCount(nvml::DeviceHandle /*handle*/, unsigned* count) {
  *count = 7;
  return nvml::success;
}

nvml::Result nvmlDeviceGetMigDeviceHandleByIndex(nvml::DeviceHandle handle, unsigned index,
                                                 nvml::DeviceHandle* slice) {
  const auto place = &device_of(handle) - driver().devices.data();
  *slice = find_device(static_cast<int>(place) + 1, index);
  return *slice == nullptr ? nvml::not_found : nvml::success;
}
#endif

}  // extern "C"
// NOLINTEND(readability-identifier-naming)
