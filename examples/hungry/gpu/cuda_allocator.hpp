// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gpu/allocator.hpp"
#include <clams/memory/tracking_meter.hpp>

#include <cstddef>
#include <map>
#include <mutex>
#include <string>

namespace hungry {

/// Memory of real GPUs, through NVIDIA's driver library, which is loaded when it is first needed:
/// nothing of CUDA is there when this is built.
///
/// Ownership: owns the loaded library, which stays loaded; tells the meter that it made.
/// Threads: thread-safe.
/// Errors: as Allocator.
class CudaAllocator final : public Allocator {
 public:
  explicit CudaAllocator(std::string library = "libcuda.so.1") : library_(std::move(library)) {}

  std::uintptr_t allocate(const clams::Device& device, clams::Bytes bytes) override;
  void free(const clams::Device& device, std::uintptr_t address) noexcept override;
  [[noreturn]] void fail(const clams::Device& device, clams::Bytes bytes) override;
  std::unique_ptr<clams::PeakMeter> make_meter() override;

 private:
  // The few functions of the driver that are used, as its header declares them.
  struct Driver {
    int (*init)(unsigned);
    int (*device_get)(int*, int);
    int (*retain_context)(void**, int);
    int (*set_context)(void*);
    int (*allocate)(unsigned long long*, std::size_t);
    int (*free)(unsigned long long);
  };

  [[nodiscard]] const Driver& driver();
  void enter(const clams::Device& device);

  const std::string library_;
  std::mutex mutex_;  // guards all below
  Driver driver_{};
  bool is_loaded_ = false;
  std::map<int, void*> contexts_;
  std::map<std::uintptr_t, clams::Bytes> blocks_;
  clams::TrackingMeter* meter_ = nullptr;
};

}  // namespace hungry
