// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/allocation_tracker.hpp>
#include <clams/memory/peak_meter.hpp>

#include <memory>
#include <optional>
#include <string>

namespace clams {

/// Whose memory libtorch is asked about. `automatic`: the GPUs' if libtorch can use any, else the
/// processor's.
enum class TorchMemory { automatic, cuda, cpu };

/// What libtorch allocates for each piece of work, to the byte: on GPUs rounded up to 512 bytes, as
/// its allocator does.
///
/// The scope goes along with work that libtorch moves to other threads (`at::launch`, intra-op,
/// backward); threads of your own are handed it with `wrap_task`. On GPUs, memory is booked to its
/// owner whichever thread frees it. On the processor, which is for tests and for apps without a
/// GPU, libtorch reports a free only to a thread that is in some scope, a profiler in the same
/// thread cannot run, and the processor counts as device 0.
///
/// This room is a compiled library only: CLAMS_HEADER_ONLY does not change it.
///
/// Ownership: shares the one tracker of the process; libtorch keeps that for good, because it
///   cannot be detached. Must outlive its scopes.
/// Threads: thread-safe; a scope is opened and closed in one thread.
/// Errors: the constructor throws Error unavailable if GPUs are asked for and libtorch has none.
class TorchMeter final : public PeakMeter {
 public:
  explicit TorchMeter(TorchMemory memory = TorchMemory::automatic);
  ~TorchMeter() override;
  TorchMeter(const TorchMeter&) = delete;
  TorchMeter& operator=(const TorchMeter&) = delete;
  TorchMeter(TorchMeter&&) = delete;
  TorchMeter& operator=(TorchMeter&&) = delete;

  /// `libtorch 2.13.0`
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::shared_ptr<MemoryScope> open(ScopeKind kind) override;
  void close(const std::shared_ptr<MemoryScope>& scope) noexcept override;
  /// Cannot tell on the processor.
  [[nodiscard]] std::optional<Bytes> held(int device) const override;
  void release_cached() noexcept override;
  /// As translate_torch_exception(): also throws Error internal if the process must be restarted.
  void translate_exception() const override;

  /// `cuda` or `cpu`.
  [[nodiscard]] TorchMemory memory() const noexcept { return memory_; }
  /// What could not be booked; see AllocationTracker.
  [[nodiscard]] UnattributedAllocations unattributed() const noexcept;

 private:
  class Scope;
  class Tracking;

  TorchMemory memory_;
  std::shared_ptr<Tracking> tracking_;
};

}  // namespace clams
