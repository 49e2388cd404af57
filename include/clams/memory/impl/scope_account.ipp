// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/scope_account.hpp>
#include <clams/util/config.hpp>

#include <cstddef>

namespace clams {

namespace detail {

/// `highest` is at least `value` afterwards, whoever else raises it meanwhile.
CLAMS_INLINE void raise_to(std::atomic<std::int64_t>& highest, std::int64_t value) noexcept {
  auto seen = highest.load(std::memory_order_relaxed);
  while (seen < value && !highest.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

}  // namespace detail

CLAMS_INLINE void ScopeAccount::add_allocated(int device, Bytes size) noexcept {
  if (!knows(device)) return;
  for (auto* account = this; account != nullptr; account = account->outer_.get()) {
    auto& counters = account->devices_[static_cast<std::size_t>(device)];
    const auto before = counters.live.fetch_add(size.count(), std::memory_order_relaxed);
    detail::raise_to(counters.peak, before + size.count());
  }
}

CLAMS_INLINE void ScopeAccount::remove_allocated(int device, Bytes size) noexcept {
  if (!knows(device)) return;
  for (auto* account = this; account != nullptr; account = account->outer_.get()) {
    auto& counters = account->devices_[static_cast<std::size_t>(device)];
    counters.live.fetch_sub(size.count(), std::memory_order_relaxed);
  }
}

CLAMS_INLINE void ScopeAccount::add_reserved(int device, Bytes size) noexcept {
  if (!knows(device)) return;
  for (auto* account = this; account != nullptr; account = account->outer_.get()) {
    auto& counters = account->devices_[static_cast<std::size_t>(device)];
    const auto before = counters.reserved.fetch_add(size.count(), std::memory_order_relaxed);
    detail::raise_to(counters.reserved_peak, before + size.count());
  }
}

CLAMS_INLINE void ScopeAccount::remove_reserved(int device, Bytes size) noexcept {
  if (!knows(device)) return;
  for (auto* account = this; account != nullptr; account = account->outer_.get()) {
    auto& counters = account->devices_[static_cast<std::size_t>(device)];
    counters.reserved.fetch_sub(size.count(), std::memory_order_relaxed);
  }
}

CLAMS_INLINE void ScopeAccount::note_failure(int device, Bytes asked) noexcept {
  if (!knows(device)) return;
  for (auto* account = this; account != nullptr; account = account->outer_.get()) {
    auto& counters = account->devices_[static_cast<std::size_t>(device)];
    detail::raise_to(counters.failed_at,
                     counters.live.load(std::memory_order_relaxed) + asked.count());
  }
}

CLAMS_INLINE std::vector<MeasuredPeak> ScopeAccount::peaks() const {
  std::vector<MeasuredPeak> touched;
  for (int device = 0; device < kMostDevices; ++device) {
    const auto& counters = devices_[static_cast<std::size_t>(device)];
    const MeasuredPeak peak{
        .device = device,
        .allocated = Bytes{counters.peak.load(std::memory_order_relaxed)},
        .reserved = Bytes{counters.reserved_peak.load(std::memory_order_relaxed)},
        .live = Bytes{counters.live.load(std::memory_order_relaxed)},
        .failed_at = Bytes{counters.failed_at.load(std::memory_order_relaxed)}};
    const Bytes nothing;
    if (peak.allocated > nothing || peak.reserved > nothing || peak.failed_at > nothing) {
      touched.push_back(peak);
    }
  }
  return touched;
}

}  // namespace clams
