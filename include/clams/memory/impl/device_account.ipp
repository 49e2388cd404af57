// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_account.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <utility>

namespace clams {

namespace detail {

inline constexpr double kAutoMargin = 0.10;      // while nothing is measured
inline constexpr double kMeasuredMargin = 0.02;  // on top of what is
inline constexpr double kLeakTolerance = 0.5;    // of an evicted model must be seen back

CLAMS_INLINE Device capped_device(Device device, std::optional<Bytes> cap) {
  const bool is_known = device.total > Bytes{0};
  if (cap) device.total = is_known ? std::min(device.total, *cap) : *cap;
  return device;
}

}  // namespace detail

CLAMS_INLINE DeviceAccount::DeviceAccount(Device device, LedgerOptions ledger, const Parts& parts)
    : parts_(parts),
      cap_(parts.options.caps.of(device.index, device.uuid)),
      leave_free_(parts.options.leave_free.of(device.index, device.uuid).value_or(Bytes{0})),
      device_(detail::capped_device(std::move(device), cap_)),
      ledger_(std::move(ledger)),
      watch_(parts.probe, device_.uuid),
      slots_(parts.options.max_per_gpu) {}

CLAMS_INLINE DeviceAccount::~DeviceAccount() = default;

CLAMS_INLINE DeviceReading DeviceAccount::read() const {
  DeviceReading reading = parts_.probe.read(device_.uuid);
  if (!cap_ || !reading.memory()) return reading;
  return DeviceLimits::capped(*reading.memory(), cap_);
}

CLAMS_INLINE Bytes DeviceAccount::own_margin() const {
  if (parts_.options.margin) return *parts_.options.margin;
  const auto measured = overhead();
  if (!measured) return scaled(device_.total, detail::kAutoMargin);
  const bool has_context = parts_.meter.held(device_.index).value_or(Bytes{0}) > Bytes{0};
  return measured->residual + (has_context ? Bytes{0} : measured->context) +
         scaled(device_.total, detail::kMeasuredMargin);
}

CLAMS_INLINE Bytes DeviceAccount::margin() const { return own_margin() + leave_free_; }

CLAMS_INLINE void DeviceAccount::set_overhead(const DeviceOverhead& overhead) {
  const std::scoped_lock lock{mutex_};
  overhead_ = overhead;
}

CLAMS_INLINE void DeviceAccount::note_outside(Bytes outside, OutsideKind kind) {
  if (outside < Bytes{0} || outside > scaled(device_.total, detail::kAutoMargin)) return;
  const std::scoped_lock lock{mutex_};
  // Only who has seen a context made knows how large one is.
  if (kind == OutsideKind::context && !overhead_) overhead_.emplace();
  if (!overhead_) return;
  Bytes& known = kind == OutsideKind::context ? overhead_->context : overhead_->residual;
  known = std::max(known, outside);
}

CLAMS_INLINE std::optional<DeviceOverhead> DeviceAccount::overhead() const {
  const std::scoped_lock lock{mutex_};
  return overhead_;
}

CLAMS_INLINE DeviceAccount::Charge DeviceAccount::charge(const RequestNeed& need) const {
  Charge charge;
  for (const ModelNeed& model : need.models) {
    const bool is_covered = parts_.shelf.is_covered(model.key, device_.uuid);
    charge.with_resident.push_back(!is_covered);
    charge.total += model.working + (is_covered ? Bytes{0} : model.resident);
  }
  return charge;
}

CLAMS_INLINE bool DeviceAccount::can_ever_fit(const RequestNeed& need) const {
  const bool is_known = device_.total > Bytes{0};  // no: it could not be read at start
  return !is_known || need.total() + margin(need) <= device_.total;
}

CLAMS_INLINE Bytes DeviceAccount::margin(const RequestNeed& need) const {
  const Bytes usual = own_margin();
  if (need.source != RequirementSource::recorded) return usual + leave_free_;
  return std::clamp(device_.total - leave_free_ - need.total(), Bytes{0}, usual) + leave_free_;
}

CLAMS_INLINE RoomReport DeviceAccount::try_promise(LedgerEntry& entry) {
  settle();
  RoomReport report = ledger_.try_promise(entry, [this] { return read(); });
  if (report.answer != PromiseAnswer::unknown ||
      parts_.options.on_unknown == UnknownPolicy::refuse) {
    return report;
  }
  const std::string why = std::move(report.why_unknown);
  report = ledger_.try_promise(
      entry, [this] { return DeviceMemory{.total = device_.total, .free = device_.total}; });
  report.why_unknown = why;
  return report;
}

CLAMS_INLINE RoomReport DeviceAccount::look() {
  settle();
  return ledger_.look([this] { return read(); });
}

CLAMS_INLINE bool DeviceAccount::make_room(Bytes shortage) {
  const Bytes cached = settle();
  if (cached + parts_.shelf.idle_bytes(device_.uuid) < shortage) return false;
  const Bytes kept = release_cached();  // an allocator may be unable to give all of it back
  const Bytes given_back = cached - std::min(cached, kept);
  const Bytes freed = parts_.shelf.evict(device_.uuid, shortage - given_back, eviction_hook());
  return given_back + freed > Bytes{0};
}

CLAMS_INLINE MemoryGrant DeviceAccount::grant(Granted granted, std::chrono::milliseconds expected) {
  for (std::size_t i = 0; i < granted.need.models.size(); ++i) {
    if (!granted.charge.with_resident[i]) continue;
    // What comes back was promised to two requests at once: one promise is enough.
    const ModelNeed& model = granted.need.models[i];
    const auto twice = parts_.shelf.cover(
        granted.holds[i], granted.promise.split(model.resident, "model " + model.key));
  }
  const auto& fresh = granted.charge.with_resident;
  // Others of this process who wait for such a model need less now.
  if (std::find(fresh.begin(), fresh.end(), true) != fresh.end()) ledger_.wake();
  auto promise = std::make_shared<LedgerEntry>(std::move(granted.promise));
  {
    const std::scoped_lock lock{mutex_};
    active_.push_back({.promise = promise,
                       .start = parts_.clock.steady_now(),
                       .expected = expected,
                       .slot = std::move(granted.slot)});
  }
  return {device_,
          parts_.shelf,
          std::move(granted.need),
          std::move(granted.holds),
          promise,
          [this, promise] { forget(promise); }};
}

CLAMS_INLINE void DeviceAccount::forget(const std::shared_ptr<LedgerEntry>& promise) noexcept {
  const std::scoped_lock lock{mutex_};
  std::erase_if(active_, [&](const Active& active) { return active.promise == promise; });
}

CLAMS_INLINE std::optional<std::chrono::milliseconds> DeviceAccount::expected_release(
    Bytes wanted) const {
  const auto now = parts_.clock.steady_now();
  std::optional<std::chrono::milliseconds> soonest;
  const std::scoped_lock lock{mutex_};
  for (const Active& active : active_) {
    if (active.expected.count() == 0 || active.promise->promised() < wanted) continue;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(active.start + active.expected - now);
    soonest = std::min(soonest.value_or(left), left);
  }
  return soonest;
}

CLAMS_INLINE Bytes DeviceAccount::settle() {
  const auto held = parts_.meter.held(device_.index);
  return held ? spread(*held) : Bytes{0};
}

CLAMS_INLINE Bytes DeviceAccount::spread(Bytes held) {
  Bytes left = parts_.shelf.settle(device_.uuid, held);
  const std::scoped_lock lock{mutex_};
  for (const Active& active : active_) {
    const Bytes mine = std::min(left, active.promise->promised());
    active.promise->set_used(mine);
    left -= mine;
  }
  return left;
}

// Meanwhile nothing counts as used: the device may only look fuller than it is.
CLAMS_INLINE Bytes DeviceAccount::release_cached() {
  spread(Bytes{0});
  parts_.meter.release_cached();
  return settle();
}

CLAMS_INLINE EvictionHook DeviceAccount::eviction_hook() {
  return [this](const ResidentModel& model, const std::function<void()>& destroy) {
    const DeviceReading before = read();
    spread(Bytes{0});
    destroy();
    release_cached();
    const DeviceReading after = read();
    const Bytes expected = scaled(model.facts().measured, detail::kLeakTolerance);
    const bool is_back = !before.memory() || !after.memory() ||
                         after.memory()->free - before.memory()->free >= expected;
    const std::scoped_lock lock{mutex_};
    ++evictions_;
    if (!is_back) ++leaks_;
  };
}

CLAMS_INLINE std::size_t DeviceAccount::leaks() const {
  const std::scoped_lock lock{mutex_};
  return leaks_;
}

CLAMS_INLINE std::size_t DeviceAccount::evictions() const {
  const std::scoped_lock lock{mutex_};
  return evictions_;
}

}  // namespace clams
