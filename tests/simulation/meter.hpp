// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "simulation/scheduler.hpp"
#include <clams/memory/peak_meter.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clams::simulation {

/// Measures what a simulated process allocates, by the scope of the simulated thread.
///
/// Ownership: scopes are shared with the blocks that are booked to them.
/// Threads: confined, as all of a simulation.
/// Errors: none.
class Meter final : public PeakMeter {
 public:
  class Scope final : public MemoryScope {
   public:
    explicit Scope(void* outer) : outer_(outer) {}
    [[nodiscard]] std::vector<MeasuredPeak> peaks() const override {
      std::vector<MeasuredPeak> result;
      for (const auto& [device, peak] : peaks_) result.push_back(peak);
      return result;
    }
    void add(int device, Bytes change) {
      MeasuredPeak& peak = peaks_[device];
      peak.device = device;
      peak.live += change;
      peak.allocated = std::max(peak.allocated, peak.live);
    }
    [[nodiscard]] void* outer() const { return outer_; }

   private:
    void* outer_;
    std::map<int, MeasuredPeak> peaks_;
  };

  [[nodiscard]] std::string name() const override { return "simulation"; }
  [[nodiscard]] std::shared_ptr<MemoryScope> open(ScopeKind /*kind*/) override {
    void*& innermost = Scheduler::running()->local();
    auto scope = std::make_shared<Scope>(innermost);
    open_.push_back(scope);
    innermost = scope.get();
    return scope;
  }
  void close(const std::shared_ptr<MemoryScope>& scope) noexcept override {
    Scheduler::running()->local() = static_cast<Scope&>(*scope).outer();
    std::erase(open_, scope);
  }
  [[nodiscard]] std::optional<Bytes> held(int device) const override {
    const auto found = held_.find(device);
    return found == held_.end() ? Bytes{0} : found->second;
  }
  void release_cached() noexcept override {}
  void translate_exception() const override {}

  /// The thread's innermost scope; none outside of all.
  [[nodiscard]] std::shared_ptr<Scope> innermost() const {
    const void* const wanted = Scheduler::running()->local();
    for (const auto& scope : open_) {
      if (scope.get() == wanted) return std::static_pointer_cast<Scope>(scope);
    }
    return nullptr;
  }
  void add(int device, Bytes change, const std::shared_ptr<Scope>& scope) {
    held_[device] += change;
    if (scope) scope->add(device, change);
  }

 private:
  std::vector<std::shared_ptr<MemoryScope>> open_;
  std::map<int, Bytes> held_;
};

}  // namespace clams::simulation
