// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/simulated_probe.hpp>
#include <clams/memory/tracking_meter.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace clams::detail {

/// Measures what this process allocates on simulated GPUs, which count without regard to
/// CUDA_VISIBLE_DEVICES; what they report of a hidden one is of no request.
///
/// Ownership: shares the GPUs, whose observer it is as long as it lives.
/// Threads: as TrackingMeter.
/// Errors: as TrackingMeter.
class SimulatedMeter final : public TrackingMeter {
 public:
  explicit SimulatedMeter(const SimulatedProbe& probe);
  ~SimulatedMeter() override;
  SimulatedMeter(const SimulatedMeter&) = delete;
  SimulatedMeter& operator=(const SimulatedMeter&) = delete;
  SimulatedMeter(SimulatedMeter&&) = delete;
  SimulatedMeter& operator=(SimulatedMeter&&) = delete;

  void on_allocated(int device, std::uintptr_t address, Bytes size) noexcept override;
  void on_freed(int device, std::uintptr_t address, Bytes size) noexcept override;
  void on_out_of_memory(int device, Bytes asked) noexcept override;

 private:
  /// As CUDA counts; none: hidden.
  [[nodiscard]] std::optional<int> visible(int installed) const noexcept;

  std::shared_ptr<SimulatedGpus> gpus_;
  std::vector<int> installed_;  // by index as CUDA counts
};

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/simulated_meter.ipp>
#endif
