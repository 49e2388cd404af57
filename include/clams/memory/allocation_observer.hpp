// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <cstdint>

namespace clams {

/// Hears from a device's allocator what it gives out and takes back. An allocator that can report
/// this can have the peaks of single requests measured (`TrackingMeter`).
///
/// Ownership: an interface; the allocator borrows it, and it must outlive what it was told of.
/// Threads: implementations are thread-safe. Called in the thread that allocates or frees, perhaps
///   under the allocator's lock: an implementation is quick and never calls the allocator.
/// Errors: hooks do not throw.
class AllocationObserver {
 public:
  AllocationObserver() = default;
  AllocationObserver(const AllocationObserver&) = delete;
  AllocationObserver& operator=(const AllocationObserver&) = delete;
  AllocationObserver(AllocationObserver&&) = delete;
  AllocationObserver& operator=(AllocationObserver&&) = delete;
  virtual ~AllocationObserver() = default;

  /// @param device index, as CUDA counts in this process.
  /// @param address or handle: names the allocation among the device's live ones.
  virtual void on_allocated(int device, std::uintptr_t address, Bytes size) noexcept = 0;

  /// The same address and size as when it was allocated; any thread.
  virtual void on_freed(int device, std::uintptr_t address, Bytes size) noexcept = 0;

  /// An allocator that keeps freed memory for itself took more of the device.
  virtual void on_reserved(int /*device*/, std::uintptr_t /*address*/, Bytes /*size*/) noexcept {}

  /// It gave that memory, or a part of it, back to the device.
  virtual void on_unreserved(int /*device*/, std::uintptr_t /*address*/, Bytes /*size*/) noexcept {}

  /// An allocation of `asked` failed in this thread.
  virtual void on_out_of_memory(int device, Bytes asked) noexcept = 0;
};

}  // namespace clams
