// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_slots.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <iterator>

namespace clams {

CLAMS_INLINE DeviceSlots::Slot DeviceSlots::take(std::uint64_t arrival) {
  std::unique_lock lock{mutex_};
  const auto free_without = [&](std::size_t used) {
    const auto ahead = std::distance(line_.begin(), line_.lower_bound(arrival));
    return limit_ == 0 || used + static_cast<std::size_t>(ahead) < limit_;
  };
  trial_ended_.wait(lock,
                    [&] { return free_without(in_use_) || !free_without(in_use_ - on_trial_); });
  if (!free_without(in_use_)) {
    line_.insert(arrival);
    return nullptr;
  }
  line_.erase(arrival);
  ++in_use_;
  ++on_trial_;
  return Slot{this};
}

CLAMS_INLINE void DeviceSlots::keep(Slot& slot) noexcept {
  const std::scoped_lock lock{mutex_};
  slot.get_deleter().stage = Stage::run;
  --on_trial_;
  trial_ended_.notify_all();
}

CLAMS_INLINE bool DeviceSlots::has_line() const {
  const std::scoped_lock lock{mutex_};
  return !line_.empty();
}

CLAMS_INLINE void DeviceSlots::leave_line(std::uint64_t arrival) noexcept {
  const std::scoped_lock lock{mutex_};
  line_.erase(arrival);
  trial_ended_.notify_all();  // who blocks may have stood behind it
}

CLAMS_INLINE void DeviceSlots::give_back(Stage stage) noexcept {
  const std::scoped_lock lock{mutex_};
  --in_use_;
  if (stage == Stage::trial) --on_trial_;
  trial_ended_.notify_all();
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
