// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/simulated_device.hpp>
#include <clams/memory/detail/simulated_state.hpp>
#include <clams/memory/simulated_gpus.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/scope_exit.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <mutex>

namespace clams {

namespace detail {

CLAMS_INLINE std::string simulated_uuid(std::size_t index, std::uint64_t id) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "GPU-51ed%04zx-0000-4000-8000-%012" PRIx64, index, id);
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
  std::atomic<AllocationObserver*> observer = nullptr;

  std::optional<detail::SimulatedState> shared = {};  // none: the GPUs are this process's own

  // One look at a device, or one change of it: by this process alone, and by one process at a time.
  class Turn;
  enum class Purpose { look, take, give };

  struct Outcome {
    std::uintptr_t address = 0;  // zero: out of memory
    Bytes taken = {};
    std::string problem = {};
    AllocationObserver* observer = nullptr;
  };
  Outcome allocate(int index, Bytes bytes, int owner);
  std::optional<Bytes> free(int index, std::uintptr_t address);
  int place_of(std::uintptr_t address);  // the device's; -1: nowhere
};

class SimulatedGpus::State::Turn {
 public:
  Turn(State& state, int index, Purpose purpose = Purpose::look)
      : state_(state), lock_(state.mutex), place_(static_cast<std::size_t>(index)) {
    if (index < 0 || place_ >= state.devices.size()) {
      throw Error{ErrorCode::not_found, "there is no simulated GPU " + std::to_string(index) +
                                            ", only " + std::to_string(state.devices.size())};
    }
    device().settle(state.clock.steady_now());
    if (state.shared) begin(purpose);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  Turn(Turn&&) = delete;
  Turn& operator=(Turn&&) = delete;
  ~Turn() {
    device().note_use();
    if (!is_open_) return;
    state_.shared->store(place_, device());
    state_.shared->end();
  }

  [[nodiscard]] detail::SimulatedDevice& device() const noexcept { return state_.devices[place_]; }

 private:
  void begin(Purpose purpose) {
    try {
      state_.shared->begin();
    } catch (const Error&) {
      if (purpose != Purpose::give) throw;
      return;  // what is given back is gone from our own books: the file hears of it another time
    }
    ScopeExit end{[&] { state_.shared->end(); }};
    if (purpose == Purpose::take) state_.shared->take_seat();
    state_.shared->load(place_, device());
    end.release();
    is_open_ = true;
  }

  State& state_;
  std::scoped_lock<std::mutex> lock_;
  std::size_t place_;
  bool is_open_ = false;  // the state file is ours until the end
};

CLAMS_INLINE SimulatedGpus::State::Outcome SimulatedGpus::State::allocate(int index, Bytes bytes,
                                                                          int owner) {
  const Turn turn{*this, index, Purpose::take};
  auto& device = turn.device();
  if (device.is_lost) throw detail::lost_device(index);
  const Bytes size = device.rounded(bytes);
  if (device.is_to_fail_now() || !device.has_room_for(size)) {
    ++device.failed;
    return {.problem = detail::out_of_memory_text(index, device, bytes),
            .observer = observer.load()};
  }
  const std::uintptr_t address = next_address++;
  device.add(address, {size, owner});
  return {.address = address, .taken = size, .observer = observer.load()};
}

CLAMS_INLINE SimulatedGpus::SimulatedGpus(const std::vector<SimulatedGpuOptions>& gpus,
                                          const Clock& clock)
    : state_(std::make_unique<State>(clock)) {
  for (const auto& options : gpus) state_->devices.push_back({options});
}

CLAMS_INLINE SimulatedGpus::SimulatedGpus(const SimulatedStateOptions& state, const Clock& clock)
    : state_(std::make_unique<State>(clock)) {
  state_->shared.emplace(state, clock);
  for (const auto& options : state_->shared->gpus()) {
    state_->devices.push_back({.options = options, .foreign = Bytes{0}});  // the file counts it
  }
}

CLAMS_INLINE void reset_simulated_gpus(const SimulatedStateOptions& state) {
  detail::SimulatedState::reset(state, real_clock());
}

CLAMS_INLINE SimulatedGpus::~SimulatedGpus() = default;

CLAMS_INLINE std::vector<Device> SimulatedGpus::installed() const {
  const std::scoped_lock lock{state_->mutex};
  const std::uint64_t id = state_->shared ? state_->shared->id() : 0;
  std::vector<Device> list;
  for (std::size_t i = 0; i < state_->devices.size(); ++i) {
    list.push_back({.uuid = detail::simulated_uuid(i, id),
                    .name = "Simulated GPU",
                    .driver = "simulated",
                    .index = static_cast<int>(i),
                    .total = state_->devices[i].options.capacity});
  }
  return list;
}

CLAMS_INLINE int SimulatedGpus::index_of(const std::string& uuid) const {
  for (const Device& device : installed()) {
    if (device.uuid == uuid) return device.index;
  }
  throw Error{ErrorCode::not_found, "there is no simulated GPU " + uuid};
}

CLAMS_INLINE SimulatedUsage SimulatedGpus::usage(int device) const {
  const State::Turn turn{*state_, device};
  const auto& books = turn.device();
  return {.used = books.busy(),
          .high_water = std::max(books.high_water, books.busy()),
          .failed_allocations = books.failed};
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

CLAMS_INLINE std::optional<Bytes> SimulatedGpus::State::free(int index, std::uintptr_t address) {
  const Turn turn{*this, index, Purpose::give};
  return turn.device().remove(address);
}

CLAMS_INLINE int SimulatedGpus::State::place_of(std::uintptr_t address) {
  const std::scoped_lock lock{mutex};
  const auto found = std::find_if(devices.begin(), devices.end(), [&](const auto& device) {
    return device.blocks.contains(address);
  });
  return found == devices.end() ? -1 : static_cast<int>(found - devices.begin());
}

CLAMS_INLINE void SimulatedGpus::free(SimulatedAddress address) {
  const auto number = static_cast<std::uintptr_t>(address);
  const int place = state_->place_of(number);
  const auto size = place < 0 ? std::nullopt : state_->free(place, number);
  if (!size) {
    throw Error{ErrorCode::not_found,
                "the simulated allocation " + std::to_string(number) + " is not there to be freed"};
  }
  if (auto* const observer = state_->observer.load()) observer->on_freed(place, number, *size);
}

CLAMS_INLINE DeviceReading SimulatedGpus::read(int device) const {
  try {
    return State::Turn{*state_, device}.device().read();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) throw;
    return DeviceReading::unknown(error.what());
  }
}

CLAMS_INLINE void SimulatedGpus::kill_owner(int owner) {
  for (std::size_t i = 0; i < state_->devices.size(); ++i) {
    const State::Turn turn{*state_, static_cast<int>(i)};
    turn.device().kill(owner, state_->clock.steady_now());
  }
}

CLAMS_INLINE void SimulatedGpus::take_foreign(int device, Bytes bytes) {
  detail::refuse_negative_amount(bytes);
  const State::Turn turn{*state_, device, State::Purpose::take};
  auto& books = turn.device();
  if (bytes > books.free()) {
    ++books.failed;
    throw DeviceOutOfMemory{device, bytes, detail::out_of_memory_text(device, books, bytes)};
  }
  books.foreign += bytes;
}

CLAMS_INLINE void SimulatedGpus::release_foreign(int device, Bytes bytes) {
  detail::refuse_negative_amount(bytes);
  const State::Turn turn{*state_, device, State::Purpose::give};
  auto& foreign = turn.device().foreign;
  foreign -= std::min(foreign, bytes);
}

CLAMS_INLINE void SimulatedGpus::limit_block(int device, std::optional<Bytes> largest) {
  State::Turn{*state_, device}.device().options.largest_block = largest.value_or(Bytes{0});
}

CLAMS_INLINE void SimulatedGpus::fail_allocation(int device, int count) {
  State::Turn{*state_, device}.device().fails_in = count;
}

CLAMS_INLINE void SimulatedGpus::fail_reads(int device, const std::string& why) {
  State::Turn{*state_, device}.device().why_unreadable =
      why.empty() ? "the device cannot be read" : why;
}

CLAMS_INLINE void SimulatedGpus::lose(int device) {
  State::Turn{*state_, device}.device().is_lost = true;
}

CLAMS_INLINE void SimulatedGpus::heal(int device) {
  const State::Turn turn{*state_, device};
  auto& books = turn.device();
  books.is_lost = false;
  books.why_unreadable.clear();
}

CLAMS_INLINE void SimulatedGpus::set_observer(AllocationObserver* observer) {
  state_->observer = observer;
}

}  // namespace clams
