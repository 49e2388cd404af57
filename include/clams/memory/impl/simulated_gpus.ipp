// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/simulated_device.hpp>
#include <clams/memory/simulated_gpus.hpp>
#include <clams/util/config.hpp>

#include <array>
#include <cstdio>
#include <mutex>

namespace clams {

namespace detail {

CLAMS_INLINE std::string simulated_uuid(std::size_t index) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "GPU-51ed%04zx-0000-4000-8000-000000000000", index);
  return text.data();
}

CLAMS_INLINE std::string out_of_memory_text(int index, const SimulatedDevice& device, Bytes asked) {
  return "simulated GPU " + std::to_string(index) + " is out of memory: " + to_text(asked) +
         " were asked for, " + to_text(device.free()) + " of " + to_text(device.options.capacity) +
         " are free";
}

CLAMS_INLINE Error lost_device(int index) {
  return Error{ErrorCode::unavailable, "simulated GPU " + std::to_string(index) + " is lost"};
}

CLAMS_INLINE void refuse_negative_amount(Bytes bytes) {
  if (bytes < Bytes{0}) {
    throw Error{ErrorCode::invalid_input,
                std::to_string(bytes.count()) + " bytes is no amount of memory to take or give"};
  }
}

}  // namespace detail

struct SimulatedGpus::State {
  explicit State(const Clock& its_clock) : clock(its_clock) {}

  const Clock& clock;
  std::mutex mutex;  // guards all below
  std::vector<detail::SimulatedDevice> devices = {};
  std::uintptr_t next_address = 1;
  AllocationObserver* observer = nullptr;

  // The device as it is now.
  detail::SimulatedDevice& at(int index) {
    if (index < 0 || static_cast<std::size_t>(index) >= devices.size()) {
      throw Error{ErrorCode::not_found, "there is no simulated GPU " + std::to_string(index) +
                                            ", only " + std::to_string(devices.size())};
    }
    auto& device = devices[static_cast<std::size_t>(index)];
    device.settle(clock.steady_now());
    return device;
  }

  struct Outcome {
    std::uintptr_t address = 0;  // zero: out of memory
    Bytes taken = {};
    std::string problem = {};
    AllocationObserver* observer = nullptr;
  };
  Outcome allocate(int index, Bytes bytes, int owner);
};

CLAMS_INLINE SimulatedGpus::State::Outcome SimulatedGpus::State::allocate(int index, Bytes bytes,
                                                                          int owner) {
  const std::scoped_lock lock{mutex};
  auto& device = at(index);
  if (device.is_lost) throw detail::lost_device(index);
  const Bytes size = device.rounded(bytes);
  if (device.is_to_fail_now() || !device.has_room_for(size)) {
    return {.problem = detail::out_of_memory_text(index, device, bytes), .observer = observer};
  }
  const std::uintptr_t address = next_address++;
  device.add(address, {size, owner});
  return {.address = address, .taken = size, .observer = observer};
}

CLAMS_INLINE SimulatedGpus::SimulatedGpus(const std::vector<SimulatedGpuOptions>& gpus,
                                          const Clock& clock)
    : state_(std::make_unique<State>(clock)) {
  for (const auto& options : gpus) state_->devices.push_back({options});
}

CLAMS_INLINE SimulatedGpus::~SimulatedGpus() = default;

CLAMS_INLINE std::vector<Device> SimulatedGpus::installed() const {
  const std::scoped_lock lock{state_->mutex};
  std::vector<Device> list;
  for (std::size_t i = 0; i < state_->devices.size(); ++i) {
    list.push_back({.uuid = detail::simulated_uuid(i),
                    .name = "Simulated GPU",
                    .driver = "simulated",
                    .index = static_cast<int>(i),
                    .total = state_->devices[i].options.capacity});
  }
  return list;
}

CLAMS_INLINE SimulatedAddress SimulatedGpus::allocate(int device, Bytes bytes, int owner) {
  detail::refuse_negative_amount(bytes);
  const State::Outcome outcome = state_->allocate(device, bytes, owner);
  if (outcome.address == 0) {
    if (outcome.observer != nullptr) outcome.observer->on_out_of_memory(device, bytes);
    throw DeviceOutOfMemory{device, bytes, outcome.problem};
  }
  if (outcome.observer != nullptr) {
    outcome.observer->on_allocated(device, outcome.address, outcome.taken);
  }
  return SimulatedAddress{outcome.address};
}

CLAMS_INLINE void SimulatedGpus::free(SimulatedAddress address) {
  const auto number = static_cast<std::uintptr_t>(address);
  std::unique_lock lock{state_->mutex};
  for (std::size_t i = 0; i < state_->devices.size(); ++i) {
    const auto size = state_->devices[i].remove(number);
    if (!size) continue;
    AllocationObserver* const observer = state_->observer;
    lock.unlock();
    if (observer != nullptr) observer->on_freed(static_cast<int>(i), number, *size);
    return;
  }
  throw Error{ErrorCode::not_found,
              "the simulated allocation " + std::to_string(number) + " is not there to be freed"};
}

CLAMS_INLINE DeviceReading SimulatedGpus::read(int device) const {
  const std::scoped_lock lock{state_->mutex};
  return state_->at(device).read();
}

CLAMS_INLINE void SimulatedGpus::kill_owner(int owner) {
  const std::scoped_lock lock{state_->mutex};
  const auto now = state_->clock.steady_now();
  for (auto& device : state_->devices) device.kill(owner, now);
}

CLAMS_INLINE void SimulatedGpus::take_foreign(int device, Bytes bytes) {
  detail::refuse_negative_amount(bytes);
  const std::scoped_lock lock{state_->mutex};
  auto& books = state_->at(device);
  if (bytes > books.free()) {
    throw DeviceOutOfMemory{device, bytes, detail::out_of_memory_text(device, books, bytes)};
  }
  books.foreign += bytes;
}

CLAMS_INLINE void SimulatedGpus::release_foreign(int device, Bytes bytes) {
  detail::refuse_negative_amount(bytes);
  const std::scoped_lock lock{state_->mutex};
  auto& foreign = state_->at(device).foreign;
  foreign -= std::min(foreign, bytes);
}

CLAMS_INLINE void SimulatedGpus::limit_block(int device, std::optional<Bytes> largest) {
  const std::scoped_lock lock{state_->mutex};
  state_->at(device).options.largest_block = largest.value_or(Bytes{0});
}

CLAMS_INLINE void SimulatedGpus::fail_allocation(int device, int count) {
  const std::scoped_lock lock{state_->mutex};
  state_->at(device).fails_in = count;
}

CLAMS_INLINE void SimulatedGpus::fail_reads(int device, const std::string& why) {
  const std::scoped_lock lock{state_->mutex};
  state_->at(device).why_unreadable = why.empty() ? "the device cannot be read" : why;
}

CLAMS_INLINE void SimulatedGpus::lose(int device) {
  const std::scoped_lock lock{state_->mutex};
  state_->at(device).is_lost = true;
}

CLAMS_INLINE void SimulatedGpus::heal(int device) {
  const std::scoped_lock lock{state_->mutex};
  auto& books = state_->at(device);
  books.is_lost = false;
  books.why_unreadable.clear();
}

CLAMS_INLINE void SimulatedGpus::set_observer(AllocationObserver* observer) {
  const std::scoped_lock lock{state_->mutex};
  state_->observer = observer;
}

}  // namespace clams
