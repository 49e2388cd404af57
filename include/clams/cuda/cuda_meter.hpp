// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/peak_meter.hpp>

#include <memory>
#include <optional>
#include <string>

namespace clams {

/// Measures scopes by the high-water marks of CUDA's memory pools, for apps that allocate with
/// `cudaMallocAsync` and without libtorch. A pool has one mark: a scope that runs alone is measured
/// exactly, scopes that overlap see each other's memory, too, and say so (`is_upper_bound`). What
/// `cudaMalloc` gives is in no pool; `DeviceDelta` sees it.
///
/// The pools are those that the devices use when the meter is made. Nobody else may reset their
/// marks. This room is a compiled library only: CLAMS_HEADER_ONLY does not change it.
///
/// Ownership: owns the list of open scopes; borrows the pools, which must outlive it.
/// Threads: thread-safe; a scope is opened and closed in one thread.
/// Errors: the constructor throws Error unavailable if there is no device that CUDA can use. A
///   device without pools is not in the peaks.
class CudaMeter final : public PeakMeter {
 public:
  CudaMeter();
  ~CudaMeter() override;
  CudaMeter(const CudaMeter&) = delete;
  CudaMeter& operator=(const CudaMeter&) = delete;
  CudaMeter(CudaMeter&&) = delete;
  CudaMeter& operator=(CudaMeter&&) = delete;

  /// `cuda 13.0`
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::shared_ptr<MemoryScope> open(ScopeKind kind) override;
  void close(const std::shared_ptr<MemoryScope>& scope) noexcept override;
  [[nodiscard]] std::optional<Bytes> held(int device) const override;
  void release_cached() noexcept override;
  /// Does nothing: CUDA has codes instead of exceptions, see check_cuda_memory().
  void translate_exception() const override {}

 private:
  class Pool;
  class Scope;
  struct State;
  std::shared_ptr<State> state_;
};

/// Returns if the code of a CUDA call (a cudaError_t) is success.
/// @param asked the allocation that the call was for.
/// @throws DeviceOutOfMemory if it is cudaErrorMemoryAllocation.
/// @throws Error app_failure for any other code, naming it.
void check_cuda_memory(int code, int device, Bytes asked);

}  // namespace clams
