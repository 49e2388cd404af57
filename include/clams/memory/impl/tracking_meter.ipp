// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/scope_binding.hpp>
#include <clams/memory/tracking_meter.hpp>
#include <clams/util/config.hpp>

#include <exception>
#include <utility>

namespace clams {

/// A scope and its place among those of its thread. It keeps itself alive while it is open, because
/// the thread's frames point into it.
class TrackingMeter::OpenScope final : public MemoryScope {
 public:
  OpenScope(const PeakMeter& meter, ScopeKind kind, AllocatorKind allocator)
      : frame_{.meter = &meter,
               .account = std::make_shared<ScopeAccount>(kind, detail::current_account(meter))},
        allocator_(allocator) {}

  [[nodiscard]] std::vector<MeasuredPeak> peaks() const override {
    auto peaks = frame_.account->peaks();
    if (allocator_ == AllocatorKind::caching) return peaks;
    for (auto& peak : peaks) peak.reserved = peak.allocated;
    return peaks;
  }

  void enter(std::shared_ptr<OpenScope> self) noexcept {
    self_ = std::move(self);
    auto*& innermost = detail::innermost_scope_frame();
    frame_.around = std::exchange(innermost, &frame_);
  }

  void leave() noexcept {
    auto** link = &detail::innermost_scope_frame();
    while (*link != nullptr && *link != &frame_) link = &(*link)->around;
    if (*link == nullptr) return;  // of another thread: its frames are not ours to touch
    *link = frame_.around;
    self_.reset();
  }

 private:
  detail::ScopeFrame frame_;
  AllocatorKind allocator_;
  std::shared_ptr<OpenScope> self_;
};

CLAMS_INLINE TrackingMeter::TrackingMeter(TrackingMeterOptions options)
    : options_(std::move(options)), tracker_(options_.tracker) {}

CLAMS_INLINE std::shared_ptr<MemoryScope> TrackingMeter::open(ScopeKind kind) {
  auto scope = std::make_shared<OpenScope>(*this, kind, options_.allocator);
  scope->enter(scope);
  return scope;
}

CLAMS_INLINE void TrackingMeter::close(const std::shared_ptr<MemoryScope>& scope) noexcept {
  if (auto* open = dynamic_cast<OpenScope*>(scope.get())) open->leave();
}

CLAMS_INLINE std::optional<Bytes> TrackingMeter::held(int device) const {
  if (!ScopeAccount::knows(device)) return std::nullopt;
  return Bytes{held_[static_cast<std::size_t>(device)].load(std::memory_order_relaxed)};
}

CLAMS_INLINE void TrackingMeter::release_cached() noexcept {
  if (!options_.release_cached) return;
  try {
    options_.release_cached();
  } catch (const std::exception&) {
    return;  // what the allocator keeps shows in held(): nothing has become wrong
  }
}

CLAMS_INLINE void TrackingMeter::add_held(AllocatorKind reports, int device,
                                          Bytes change) noexcept {
  if (reports != options_.allocator || !ScopeAccount::knows(device)) return;
  held_[static_cast<std::size_t>(device)].fetch_add(change.count(), std::memory_order_relaxed);
}

CLAMS_INLINE void TrackingMeter::on_allocated(int device, std::uintptr_t address,
                                              Bytes size) noexcept {
  add_held(AllocatorKind::direct, device, size);
  tracker_.allocated(detail::current_account(*this), device, address, size);
}

CLAMS_INLINE void TrackingMeter::on_freed(int device, std::uintptr_t address, Bytes size) noexcept {
  add_held(AllocatorKind::direct, device, Bytes{} - size);
  tracker_.freed(device, address);
}

CLAMS_INLINE void TrackingMeter::on_reserved(int device, std::uintptr_t address,
                                             Bytes size) noexcept {
  add_held(AllocatorKind::caching, device, size);
  tracker_.reserved(detail::current_account(*this), device, address, size);
}

CLAMS_INLINE void TrackingMeter::on_unreserved(int device, std::uintptr_t address,
                                               Bytes size) noexcept {
  add_held(AllocatorKind::caching, device, Bytes{} - size);
  tracker_.unreserved(device, address, size);
}

CLAMS_INLINE void TrackingMeter::on_out_of_memory(int device, Bytes asked) noexcept {
  const auto account = detail::current_account(*this);
  if (account) account->note_failure(device, asked);
}

}  // namespace clams
