// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_probe.hpp>
#include <clams/memory/peak_meter.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/environment.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace hungry {

/// Takes memory of GPUs, simulated or real ones.
///
/// Ownership: an interface; blocks borrow it.
/// Threads: thread-safe.
/// Errors: `allocate` and `fail` throw clams::DeviceOutOfMemory, or clams::Error unavailable if the
///   GPU cannot be used at all; `free` does not throw.
class Allocator {
 public:
  Allocator() = default;
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;
  Allocator(Allocator&&) = delete;
  Allocator& operator=(Allocator&&) = delete;
  virtual ~Allocator() = default;

  [[nodiscard]] virtual std::uintptr_t allocate(const clams::Device& device,
                                                clams::Bytes bytes) = 0;
  virtual void free(const clams::Device& device, std::uintptr_t address) noexcept = 0;

  /// Fails as an allocation would that there is no room for.
  [[noreturn]] virtual void fail(const clams::Device& device, clams::Bytes bytes) = 0;

  /// What measures the allocations; null: the SDK has something better. To be asked for once.
  [[nodiscard]] virtual std::unique_ptr<clams::PeakMeter> make_meter() = 0;
};

/// For simulated GPUs if the variables ask for them, else for real ones.
[[nodiscard]] std::unique_ptr<Allocator> make_allocator(const clams::Environment& environment);

/// Memory of a GPU, perhaps none, given back at the end.
///
/// Ownership: owns the memory; borrows the allocator and the device.
/// Threads: confined.
/// Errors: the constructor throws as Allocator::allocate.
class Block {
 public:
  Block(Allocator& allocator, const clams::Device& device, clams::Bytes bytes)
      : allocator_(bytes > clams::Bytes{0} ? &allocator : nullptr),
        device_(&device),
        address_(allocator_ != nullptr ? allocator.allocate(device, bytes) : 0) {}
  Block(Block&& other) noexcept
      : allocator_(std::exchange(other.allocator_, nullptr)),
        device_(other.device_),
        address_(other.address_) {}
  Block& operator=(Block&&) = delete;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() {
    if (allocator_ != nullptr) allocator_->free(*device_, address_);
  }

 private:
  Allocator* allocator_;
  const clams::Device* device_;
  std::uintptr_t address_;
};

}  // namespace hungry
