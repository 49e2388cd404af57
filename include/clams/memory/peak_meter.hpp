// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clams {

/// What one piece of work took of one device.
struct MeasuredPeak {
  int device = 0;   ///< index, as CUDA counts in this process
  Bytes allocated;  ///< the most that was allocated at one time
  Bytes reserved;   ///< by how much the allocator's hold on the device grew
  Bytes live;       ///< still allocated now
  Bytes failed_at;  ///< an allocation failed when this much in all was asked for; else zero
  bool is_upper_bound = false;  ///< what others took meanwhile could not be told apart
};

/// Whose memory is measured: a request's own, or that of a model which outlives the request that
/// loads it.
enum class ScopeKind { request, model };

/// A piece of work that is being measured. What threads working for it allocate is booked to it
/// until it is freed, whatever thread frees it, even after the scope has been closed.
///
/// Ownership: the meter makes it; shared between the one who measures and live allocations.
/// Threads: thread-safe.
/// Errors: none.
class MemoryScope {
 public:
  MemoryScope() = default;
  MemoryScope(const MemoryScope&) = delete;
  MemoryScope& operator=(const MemoryScope&) = delete;
  MemoryScope(MemoryScope&&) = delete;
  MemoryScope& operator=(MemoryScope&&) = delete;
  virtual ~MemoryScope() = default;

  /// Per device that the work has touched so far.
  [[nodiscard]] virtual std::vector<MeasuredPeak> peaks() const = 0;
};

/// Measures the peaks of pieces of work that run side by side in this process, each its own. One
/// for each kind of allocator: libtorch's, CUDA's pools, the simulated one, the host's.
///
/// Ownership: an interface; users borrow it, and it must outlive its scopes.
/// Threads: implementations are thread-safe; hooks may be entered concurrently.
/// Errors: hooks do not throw; what cannot be measured is not in the peaks.
class PeakMeter {
 public:
  PeakMeter() = default;
  PeakMeter(const PeakMeter&) = delete;
  PeakMeter& operator=(const PeakMeter&) = delete;
  PeakMeter(PeakMeter&&) = delete;
  PeakMeter& operator=(PeakMeter&&) = delete;
  virtual ~PeakMeter() = default;

  /// What measures, for the records: `libtorch 2.13.0`.
  [[nodiscard]] virtual std::string name() const = 0;

  /// Opens a scope for what this thread does from now on, and what it hands to threads that the
  /// allocator's library knows of. Scopes of a thread nest.
  [[nodiscard]] virtual std::shared_ptr<MemoryScope> open(ScopeKind kind) = 0;

  /// Ends the innermost scope of this thread, which must be `scope`.
  virtual void close(const std::shared_ptr<MemoryScope>& scope) noexcept = 0;

  /// What the allocator holds of the device now, cached memory included; none if it cannot tell.
  [[nodiscard]] virtual std::optional<Bytes> held(int device) const = 0;

  /// Gives memory that the allocator only keeps back to the device.
  virtual void release_cached() noexcept = 0;

  /// Called while an exception is handled: throws DeviceOutOfMemory instead if that is what the
  /// allocator's own exception means, and returns if it means something else.
  virtual void translate_exception() const = 0;
};

}  // namespace clams
