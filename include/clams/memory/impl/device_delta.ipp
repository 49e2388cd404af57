// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_delta.hpp>
#include <clams/util/config.hpp>

#include <algorithm>

namespace clams {

CLAMS_INLINE std::optional<Bytes> DeviceWatch::busy() const {
  const auto reading = probe_.read(uuid_);
  if (!reading.memory()) return std::nullopt;
  return reading.memory()->busy();
}

CLAMS_INLINE DeviceWatch::Visit DeviceWatch::enter() {
  const std::scoped_lock lock{mutex_};
  ++running_;
  return {.found_others = running_ > 1, .number = ++entered_};
}

CLAMS_INLINE bool DeviceWatch::was_alone(const Visit& visit) const {
  const std::scoped_lock lock{mutex_};
  return !visit.found_others && visit.number == entered_;
}

CLAMS_INLINE void DeviceWatch::leave() {
  const std::scoped_lock lock{mutex_};
  --running_;
}

CLAMS_INLINE DeviceDelta::DeviceDelta(DeviceWatch& watch, std::chrono::milliseconds every)
    : watch_(watch), visit_(watch.enter()), before_(watch.busy()), last_(before_) {
  highest_ = before_.value_or(Bytes{});
  if (every <= std::chrono::milliseconds{0}) return;
  try {
    sampler_ = std::jthread{
        [this, every](const std::stop_token& stop) { sample_until_stopped(stop, every); }};
  } catch (...) {
    watch_.leave();
    throw;
  }
}

CLAMS_INLINE DeviceDelta::~DeviceDelta() { watch_.leave(); }

CLAMS_INLINE void DeviceDelta::sample() {
  const auto busy = watch_.busy();  // not under the lock: a reading may take a while
  const std::scoped_lock lock{mutex_};
  last_ = busy;
  highest_ = std::max(highest_, busy.value_or(Bytes{}));
}

CLAMS_INLINE std::optional<MeasuredDelta> DeviceDelta::measure() {
  sample();
  const std::scoped_lock lock{mutex_};
  if (!before_ || !last_) return std::nullopt;
  return MeasuredDelta{.before = *before_,
                       .highest = highest_,
                       .after = *last_,
                       .was_alone = watch_.was_alone(visit_)};
}

CLAMS_INLINE void DeviceDelta::sample_until_stopped(const std::stop_token& stop,
                                                    std::chrono::milliseconds every) {
  std::mutex mutex;  // guards nothing: the thread only waits to be stopped
  std::unique_lock lock{mutex};
  while (!stopped_.wait_for(lock, stop, every, [&stop] { return stop.stop_requested(); })) {
    sample();
  }
}

}  // namespace clams
