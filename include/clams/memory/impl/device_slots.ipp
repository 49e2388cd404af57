// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_slots.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <iterator>

namespace clams {

CLAMS_INLINE DeviceSlots::Slot DeviceSlots::take(std::uint64_t arrival) {
  const std::scoped_lock lock{mutex_};
  const auto ahead = std::distance(line_.begin(), line_.lower_bound(arrival));
  if (limit_ > 0 && in_use_ + static_cast<std::size_t>(ahead) >= limit_) {
    line_.insert(arrival);
    return nullptr;
  }
  line_.erase(arrival);
  ++in_use_;
  return Slot{this};
}

CLAMS_INLINE void DeviceSlots::leave_line(std::uint64_t arrival) noexcept {
  const std::scoped_lock lock{mutex_};
  line_.erase(arrival);
}

CLAMS_INLINE void DeviceSlots::give_back() noexcept {
  const std::scoped_lock lock{mutex_};
  --in_use_;
}

CLAMS_INLINE std::size_t DeviceSlots::in_use() const {
  const std::scoped_lock lock{mutex_};
  return in_use_;
}

CLAMS_INLINE bool DeviceSlots::is_full() const {
  const std::scoped_lock lock{mutex_};
  return limit_ > 0 && in_use_ + line_.size() >= limit_;
}

}  // namespace clams
