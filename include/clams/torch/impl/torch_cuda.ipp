// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/torch/impl/last_failure.hpp>
#include <clams/torch/impl/torch_cuda.hpp>
#include <clams/util/config.hpp>

#ifdef CLAMS_TORCH_HAS_CUDA

#include <ATen/Context.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <utility>

namespace clams::detail {

/// The allocator hands out whole units of this size; it reports the size asked for.
CLAMS_INLINE Bytes torch_block(std::size_t asked) noexcept {
  constexpr std::size_t kUnit = 512;
  return Bytes{static_cast<std::int64_t>((asked + kUnit - 1) / kUnit * kUnit)};
}

/// Called by the allocator in the thread that allocates or frees, under its lock.
class TorchCudaListener {
 public:
  using Entry = c10::CachingDeviceAllocator::TraceEntry;

  TorchCudaListener(std::shared_ptr<AllocationTracker> tracker,
                    std::shared_ptr<ScopeAccount> (*account)())
      : tracker_(std::move(tracker)), account_(account) {}

  void operator()(const Entry& entry) const noexcept {
    const int device = entry.device_;
    const auto size = Bytes{static_cast<std::int64_t>(entry.size_)};
    switch (entry.action_) {
      case Entry::ALLOC:
        return tracker_->allocated(account_(), device, entry.addr_, torch_block(entry.size_));
      case Entry::FREE_COMPLETED: return tracker_->freed(device, entry.addr_);
      case Entry::SEGMENT_ALLOC:
      case Entry::SEGMENT_MAP: return tracker_->reserved(account_(), device, entry.addr_, size);
      case Entry::SEGMENT_FREE:
      case Entry::SEGMENT_UNMAP: return tracker_->unreserved(device, entry.addr_, size);
      case Entry::OOM: return note_failure(device, size);
      case Entry::FREE_REQUESTED:
      case Entry::SNAPSHOT: return;
    }
  }

 private:
  void note_failure(int device, Bytes asked) const noexcept {
    last_torch_failure() = {.device = device, .asked = asked};
    if (const auto account = account_()) account->note_failure(device, asked);
  }

  std::shared_ptr<AllocationTracker> tracker_;
  std::shared_ptr<ScopeAccount> (*account_)();
};

CLAMS_INLINE bool torch_has_cuda() { return c10::cuda::device_count() > 0; }

CLAMS_INLINE void observe_torch_cuda(const std::shared_ptr<AllocationTracker>& tracker,
                                     std::shared_ptr<ScopeAccount> (*account)()) {
  at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);  // makes the devices' allocators
  c10::cuda::CUDACachingAllocator::attachAllocatorTraceTracker(TorchCudaListener{tracker, account});
}

CLAMS_INLINE std::optional<Bytes> torch_cuda_reserved(int device) {
  if (device < 0 || device >= c10::cuda::device_count()) return std::nullopt;
  const auto stats =
      c10::cuda::CUDACachingAllocator::getDeviceStats(static_cast<c10::DeviceIndex>(device));
  return Bytes{stats.reserved_bytes[0].current};  // of both pools together
}

CLAMS_INLINE void empty_torch_cuda_cache() { c10::cuda::CUDACachingAllocator::emptyCache(); }

}  // namespace clams::detail

#else

namespace clams::detail {

CLAMS_INLINE bool torch_has_cuda() { return false; }
CLAMS_INLINE void observe_torch_cuda(const std::shared_ptr<AllocationTracker>& /*tracker*/,
                                     std::shared_ptr<ScopeAccount> (* /*account*/)()) {}
CLAMS_INLINE std::optional<Bytes> torch_cuda_reserved(int /*device*/) { return std::nullopt; }
CLAMS_INLINE void empty_torch_cuda_cache() {}

}  // namespace clams::detail

#endif
