// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/allocation_observer.hpp>
#include <clams/memory/allocation_tracker.hpp>
#include <clams/memory/peak_meter.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clams {

/// Whether an allocator gives freed memory back to the device at once, or keeps it for later.
enum class AllocatorKind { direct, caching };

/// What a TrackingMeter measures.
struct TrackingMeterOptions {
  std::string name;  ///< for the records
  AllocatorKind allocator = AllocatorKind::direct;
  std::function<void()> release_cached = {};  ///< makes the allocator do so; may throw
  AllocationTrackerOptions tracker = {};
};

/// Measures scopes by what an allocator reports. Attach it to the allocator as its observer:
///
///     TrackingMeter meter{{.name = "simulated"}};
///     allocator.observe(meter);
///
/// Threads that a scope's thread starts are handed its scope with `ScopeBinding`.
///
/// Ownership: owns the tracker; must outlive the allocator's reports and its own scopes.
/// Threads: thread-safe; a scope is opened and closed in one thread.
/// Errors: `open` throws std::bad_alloc; nothing else throws.
class TrackingMeter : public PeakMeter, public AllocationObserver {
 public:
  explicit TrackingMeter(TrackingMeterOptions options);

  [[nodiscard]] std::string name() const override { return options_.name; }
  [[nodiscard]] std::shared_ptr<MemoryScope> open(ScopeKind kind) override;
  void close(const std::shared_ptr<MemoryScope>& scope) noexcept override;
  [[nodiscard]] std::optional<Bytes> held(int device) const override;
  void release_cached() noexcept override;
  /// Does nothing: an allocator that reports throws DeviceOutOfMemory itself.
  void translate_exception() const override {}

  void on_allocated(int device, std::uintptr_t address, Bytes size) noexcept override;
  void on_freed(int device, std::uintptr_t address, Bytes size) noexcept override;
  void on_reserved(int device, std::uintptr_t address, Bytes size) noexcept override;
  void on_unreserved(int device, std::uintptr_t address, Bytes size) noexcept override;
  void on_out_of_memory(int device, Bytes asked) noexcept override;

  [[nodiscard]] const AllocationTracker& tracker() const noexcept { return tracker_; }

 private:
  class OpenScope;
  void add_held(AllocatorKind reports, int device, Bytes change) noexcept;

  TrackingMeterOptions options_;
  AllocationTracker tracker_;
  std::array<std::atomic<std::int64_t>, ScopeAccount::kMostDevices> held_{};
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/tracking_meter.ipp>
#endif
