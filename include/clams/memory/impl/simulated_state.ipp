// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/ledger_system.hpp>
#include <clams/memory/detail/simulated_state.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/scope_exit.hpp>

#include <algorithm>
#include <chrono>
#include <random>

namespace clams::detail {

inline constexpr std::chrono::milliseconds kStatePatience{2000};
inline constexpr std::chrono::milliseconds kPulse{50};

CLAMS_INLINE SimulatedLikeness likeness_of(const SimulatedGpuOptions& gpu) {
  const auto lag = gpu.lag.value_or(kSimulatedLag);
  return {.capacity = gpu.capacity.count(),
          .foreign = gpu.foreign.count(),
          .rounding = gpu.rounding.count(),
          .largest_block = gpu.largest_block.count(),
          .lag_ms = std::chrono::ceil<std::chrono::milliseconds>(lag).count()};
}

CLAMS_INLINE SimulatedGpuOptions options_of(const SimulatedLikeness& like) {
  return {.capacity = Bytes{like.capacity},
          .lag = std::chrono::milliseconds{like.lag_ms},
          .foreign = Bytes{like.foreign},
          .rounding = Bytes{like.rounding},
          .largest_block = Bytes{like.largest_block}};
}

CLAMS_INLINE SimulatedSeal seal_of(const std::vector<SimulatedGpuOptions>& gpus, std::uint64_t id) {
  SimulatedSeal seal{.magic = kSimulatedMagic,
                     .version = kSimulatedVersion,
                     .count = static_cast<std::uint32_t>(gpus.size()),
                     .id = id};
  std::transform(gpus.begin(), gpus.end(), seal.gpus.begin(), likeness_of);
  seal.check = checksum(seal);
  return seal;
}

CLAMS_INLINE std::string capacities_text(const SimulatedSeal& seal) {
  std::string text;
  for (std::size_t i = 0; i < seal.count; ++i) {
    text += (i == 0 ? "" : ",") + to_text(Bytes{seal.gpus[i].capacity});
  }
  return text;
}

CLAMS_INLINE std::uint64_t random_id() {
  std::random_device source;
  return ((std::uint64_t{source()} << 32U) | source()) & kCheckedLimit;
}

CLAMS_INLINE SimulatedState::SimulatedState(const SimulatedStateOptions& options,
                                            const Clock& clock, OpenOnly /*how*/)
    : clock_(clock),
      file_(options.system != nullptr ? *options.system : real_ledger_system(),
            {.path = options.file.string(),
             .what = "state file of simulated GPUs",
             .size = sizeof(SimulatedImage)}) {
  if (options.gpus.size() > kMostSimulatedGpus) {
    refuse("cannot have more than " + std::to_string(kMostSimulatedGpus) + " GPUs, got " +
           std::to_string(options.gpus.size()));
  }
  file_.map();
}

CLAMS_INLINE SimulatedState::SimulatedState(const SimulatedStateOptions& options,
                                            const Clock& clock)
    : SimulatedState(options, clock, OpenOnly{}) {
  lock();
  const ScopeExit unlock{[this] { file_.unlock(); }};
  if (recognise()) {
    adopt(options.gpus);
  } else {
    start(options.gpus);
  }
}

CLAMS_INLINE SimulatedState::~SimulatedState() {
  if (!seat_) return;
  pulse_.request_stop();
  pulse_.join();
  // A copy of this process may have the descriptor: the memory is given back all the same.
  if (file_.condition() != SlotFile::Condition::cut_off) table().stand_up(*seat_);
  file_.let_go(*seat_, seat_lock_);
}

CLAMS_INLINE void SimulatedState::refuse(const std::string& problem) const {
  throw Error{ErrorCode::usage, "CLAMS_SIMULATED_STATE: " + file_.path() + " " + problem};
}

CLAMS_INLINE std::int64_t SimulatedState::now_ms() const noexcept {
  const auto passed = clock_.steady_now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(passed).count();
}

CLAMS_INLINE void SimulatedState::lock() {
  if (file_.lock_for(kStatePatience)) return;
  throw Error{ErrorCode::unavailable,
              "the state file of simulated GPUs " + file_.path() + " is locked by another process"};
}

// Nothing is written before it is clear that the file is ours: it may be somebody's letters.
CLAMS_INLINE bool SimulatedState::recognise() {
  const std::size_t length = file_.length();
  const bool is_whole = length == sizeof(SimulatedImage);
  const bool is_new = length == 0 || (is_whole && table().is_blank());
  if (!is_new && (length < sizeof(SimulatedSeal) || !table().is_ours())) {
    refuse("is not a state file of simulated GPUs; name another, or remove it");
  }
  if (!is_new && image().seal.version != kSimulatedVersion) {
    refuse("was made by another version of clams; name another, or remove it");
  }
  const bool is_sound = !is_new && is_whole && table().is_sound();
  if (!is_new && !is_sound && table().is_in_use()) {
    refuse("is damaged, and a process has memory there; end it, then remove the file");
  }
  return is_sound;
}

CLAMS_INLINE void SimulatedState::adopt(const std::vector<SimulatedGpuOptions>& wanted) {
  seal_ = image().seal;
  if (wanted.empty() || seal_ == seal_of(wanted, seal_.id)) return;
  refuse("is of other GPUs (" + capacities_text(seal_) +
         ") than CLAMS_SIMULATED_GPUS says, or of others' settings; name another file, or let "
         "`clams gpu-sim reset` make it anew");
}

CLAMS_INLINE void SimulatedState::start(const std::vector<SimulatedGpuOptions>& gpus) {
  if (gpus.empty()) {
    refuse("has no GPUs yet; say which in CLAMS_SIMULATED_GPUS, for example 24GiB,24GiB");
  }
  file_.make_whole();
  seal_ = seal_of(gpus, random_id());
  table().start(seal_);
}

CLAMS_INLINE void SimulatedState::reset(const SimulatedStateOptions& options, const Clock& clock) {
  SimulatedState state{options, clock, OpenOnly{}};
  state.lock();
  const ScopeExit unlock{[&] { state.file_.unlock(); }};
  if (!state.recognise()) return state.start(options.gpus);
  const std::uint64_t id = state.image().seal.id;
  const bool is_same = options.gpus.empty() || state.image().seal == seal_of(options.gpus, id);
  if (is_same) return state.table().forget(state.now_ms());
  if (state.table().is_in_use()) {
    state.refuse("is in use: its GPUs cannot become others while a process has memory there");
  }
  state.start(options.gpus);
}

CLAMS_INLINE std::vector<SimulatedGpuOptions> SimulatedState::gpus() const {
  std::vector<SimulatedGpuOptions> list;
  for (std::size_t i = 0; i < seal_.count; ++i) list.push_back(options_of(seal_.gpus[i]));
  return list;
}

CLAMS_INLINE void SimulatedState::check_unchanged() const {
  const std::string file = "the state file of simulated GPUs " + file_.path();
  const std::string advice = " while in use; start again";
  switch (file_.condition()) {
    case SlotFile::Condition::good: break;
    case SlotFile::Condition::removed:
      throw Error{ErrorCode::unavailable, file + " was removed" + advice};
    case SlotFile::Condition::cut_off:
      throw Error{ErrorCode::unavailable, file + " was cut off" + advice};
  }
  if (image().seal == seal_) return;
  throw Error{ErrorCode::unavailable, file + " was made anew" + advice};
}

CLAMS_INLINE void SimulatedState::begin() {
  lock();
  ScopeExit unlock{[this] { file_.unlock(); }};
  check_unchanged();
  const std::int64_t now = now_ms();
  if (seat_) table().set_alive(*seat_, now);
  table().sweep(now);
  unlock.release();
}

CLAMS_INLINE void SimulatedState::end() noexcept { file_.unlock(); }

CLAMS_INLINE void SimulatedState::load(std::size_t gpu, SimulatedDevice& books) const noexcept {
  const SimulatedTable::Marks marks = table().marks(gpu);
  books.elsewhere = Bytes{table().held_elsewhere(gpu, seat_, now_ms())};
  books.high_water = Bytes{marks.high_water};
  books.failed = marks.failed;
}

CLAMS_INLINE void SimulatedState::store(std::size_t gpu, const SimulatedDevice& books) noexcept {
  if (seat_) table().set_held(*seat_, gpu, books.own().count());
  table().set_marks(gpu, {.high_water = books.high_water.count(), .failed = books.failed});
}

CLAMS_INLINE void SimulatedState::take_seat() {
  for (std::size_t seat = 0; !seat_ && seat < kLedgerSlots; ++seat) {
    if (!table().is_free(seat)) continue;
    auto lock = file_.hold(seat);
    if (!lock) continue;
    seat_lock_ = std::move(*lock);
    table().sit_down(seat, now_ms());
    seat_ = seat;
    pulse_ = std::jthread{[this](const std::stop_token& stop) { pulse(stop); }};
  }
  if (seat_) return;
  throw Error{ErrorCode::unavailable, "all " + std::to_string(kLedgerSlots) + " places of " +
                                          file_.path() + " are taken by other processes"};
}

CLAMS_INLINE void SimulatedState::pulse(const std::stop_token& stop) {
  std::unique_lock lock{pulse_mutex_};
  const auto is_over = [&] { return stop.stop_requested(); };
  while (!pulse_now_.wait_for(lock, stop, kPulse, is_over)) {
    if (file_.condition() == SlotFile::Condition::cut_off) return;
    table().set_alive(*seat_, now_ms());
  }
}

}  // namespace clams::detail
