// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/torch/impl/last_failure.hpp>
#include <clams/torch/impl/scope_slot.hpp>
#include <clams/torch/impl/torch_cuda.hpp>
#include <clams/torch/torch_errors.hpp>
#include <clams/torch/torch_meter.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <cstdint>
#include <exception>
#include <utility>
#include <vector>

namespace clams {

namespace detail {

/// The scope that a thread works for, as libtorch hands it on. In the profiler's slot, libtorch
/// reports to it what the processor's allocator does.
class TorchScopeInfo final : public c10::MemoryReportingInfoBase {
 public:
  TorchScopeInfo(std::shared_ptr<ScopeAccount> account, std::shared_ptr<AllocationTracker> tracker)
      : account_(std::move(account)), tracker_(std::move(tracker)) {}

  [[nodiscard]] const std::shared_ptr<ScopeAccount>& account() const { return account_; }

  [[nodiscard]] bool memoryProfilingEnabled() const override { return true; }

  void reportMemoryUsage(void* pointer, std::int64_t change, std::size_t /*allocated*/,
                         std::size_t /*reserved*/, c10::Device device) override {
    if (!device.is_cpu()) return;
    const auto address = reinterpret_cast<std::uintptr_t>(pointer);
    if (change > 0) {
      tracker_->allocated(account_, 0, address, Bytes{change});
    } else {
      tracker_->freed(0, address);
    }
  }

  void reportOutOfMemory(std::int64_t asked, std::size_t /*allocated*/, std::size_t /*reserved*/,
                         c10::Device device) override {
    if (!device.is_cpu()) return;
    account_->note_failure(0, Bytes{asked});
    last_torch_failure() = {.device = 0, .asked = Bytes{asked}, .on_processor = true};
  }

 private:
  std::shared_ptr<ScopeAccount> account_;
  std::shared_ptr<AllocationTracker> tracker_;
};

/// The scope that this thread works for; null if there is none in that slot.
[[nodiscard]] CLAMS_INLINE std::shared_ptr<ScopeAccount> torch_account(c10::DebugInfoKind slot) {
  const auto* info = dynamic_cast<TorchScopeInfo*>(c10::ThreadLocalDebugInfo::get(slot));
  return info == nullptr ? nullptr : info->account();
}

}  // namespace detail

/// The tracker of one kind of memory and the slot that its scopes travel in; one in the process.
class TorchMeter::Tracking {
 public:
  explicit Tracking(TorchMemory memory)
      : slot_(memory == TorchMemory::cuda ? detail::torch_scope_slot()
                                          : c10::DebugInfoKind::PROFILER_STATE),
        tracker_(std::make_shared<AllocationTracker>()) {
    if (memory == TorchMemory::cuda) detail::observe_torch_cuda(tracker_, &account_on_cuda);
  }

  [[nodiscard]] static const std::shared_ptr<Tracking>& of(TorchMemory memory) {
    if (memory == TorchMemory::cpu) {
      static const auto cpu = std::make_shared<Tracking>(TorchMemory::cpu);
      return cpu;
    }
    static const auto cuda = std::make_shared<Tracking>(TorchMemory::cuda);
    return cuda;
  }

  [[nodiscard]] c10::DebugInfoKind slot() const { return slot_; }
  [[nodiscard]] const std::shared_ptr<AllocationTracker>& tracker() const { return tracker_; }

 private:
  static std::shared_ptr<ScopeAccount> account_on_cuda() {
    return detail::torch_account(detail::torch_scope_slot());
  }

  c10::DebugInfoKind slot_;
  std::shared_ptr<AllocationTracker> tracker_;
};

/// Puts its account into the thread's slot while it is open.
class TorchMeter::Scope final : public MemoryScope {
 public:
  Scope(const Tracking& tracking, TorchMemory memory, ScopeKind kind)
      : account_(std::make_shared<ScopeAccount>(kind, detail::torch_account(tracking.slot()))),
        memory_(memory),
        guard_(std::in_place, tracking.slot(),
               std::make_shared<detail::TorchScopeInfo>(account_, tracking.tracker())) {}

  void end() noexcept { guard_.reset(); }

  [[nodiscard]] std::vector<MeasuredPeak> peaks() const override {
    auto peaks = account_->peaks();
    if (memory_ == TorchMemory::cuda) return peaks;
    for (auto& peak : peaks) peak.reserved = peak.allocated;  // the processor's has no cache
    return peaks;
  }

 private:
  std::shared_ptr<ScopeAccount> account_;
  TorchMemory memory_;
  std::optional<c10::DebugInfoGuard> guard_;
};

CLAMS_INLINE TorchMeter::TorchMeter(TorchMemory memory) : memory_(memory) {
  const bool has_cuda = memory != TorchMemory::cpu && detail::torch_has_cuda();
  if (memory == TorchMemory::cuda && !has_cuda) {
    throw Error{ErrorCode::unavailable,
                name() + " cannot use a GPU here: it was built without CUDA, or finds no device"};
  }
  memory_ = has_cuda ? TorchMemory::cuda : TorchMemory::cpu;
  tracking_ = Tracking::of(memory_);
}

CLAMS_INLINE TorchMeter::~TorchMeter() = default;

CLAMS_INLINE std::string TorchMeter::name() const {
  return "libtorch " + std::to_string(TORCH_VERSION_MAJOR) + '.' +
         std::to_string(TORCH_VERSION_MINOR) + '.' + std::to_string(TORCH_VERSION_PATCH);
}

CLAMS_INLINE std::shared_ptr<MemoryScope> TorchMeter::open(ScopeKind kind) {
  detail::last_torch_failure() = {};
  return std::make_shared<Scope>(*tracking_, memory_, kind);
}

CLAMS_INLINE void TorchMeter::close(const std::shared_ptr<MemoryScope>& scope) noexcept {
  if (auto* open = dynamic_cast<Scope*>(scope.get())) open->end();
}

CLAMS_INLINE std::optional<Bytes> TorchMeter::held(int device) const {
  if (memory_ == TorchMemory::cpu) return std::nullopt;
  return detail::torch_cuda_reserved(device);
}

CLAMS_INLINE void TorchMeter::release_cached() noexcept {
  if (memory_ == TorchMemory::cpu) return;
  try {
    detail::empty_torch_cuda_cache();
  } catch (const std::exception&) {
    return;  // a lost device: what is still held shows in held()
  }
}

CLAMS_INLINE void TorchMeter::translate_exception() const { translate_torch_exception(); }

CLAMS_INLINE UnattributedAllocations TorchMeter::unattributed() const noexcept {
  return tracking_->tracker()->unattributed();
}

}  // namespace clams
