// SPDX-License-Identifier: Apache-2.0
#include "net/thread_team.hpp"

#include <ATen/Parallel.h>
#include <algorithm>
#include <c10/core/InferenceMode.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace whisper {
namespace {

constexpr int kUnitBits = 24;
constexpr int kStageBits = 16;
constexpr std::uint64_t kUnitMask = (1ULL << kUnitBits) - 1;
constexpr std::uint64_t kStageMask = (1ULL << kStageBits) - 1;
// Rounds of a few dozen cycles each: until another's unit ends, and until the next work comes.
constexpr int kWithinWork = 1000;
constexpr int kBetweenWork = 3000;

void rest() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

std::uint64_t job_of(std::uint64_t place) { return place >> (kUnitBits + kStageBits); }
std::size_t stage_of(std::uint64_t place) { return (place >> kUnitBits) & kStageMask; }
std::size_t units_of(std::uint64_t place) { return place & kUnitMask; }

std::uint64_t place_at(std::uint64_t job, std::size_t stage, std::size_t units) {
  return (job << (kUnitBits + kStageBits)) | (std::uint64_t{stage} << kUnitBits) | units;
}

// Where no work has a stage: it is done, or the team ends.
constexpr std::size_t kDone = kStageMask;
constexpr std::size_t kEnd = kStageMask - 1;

// Whether this thread is at work for a team: it has the team's mutex then, or helps who has.
thread_local bool at_work = false;

void run_alone(StagedWork& work) {
  for (std::size_t stage = 0; stage < work.stages(); ++stage) {
    const auto units = work.units(stage);
    for (std::size_t unit = 0; unit < units; ++unit) work.run(stage, unit, 0);
  }
}

}  // namespace

ThreadTeam::ThreadTeam(std::size_t size) : place_(place_at(0, kDone, 0)) {
  for (std::size_t worker = 1; worker < size; ++worker) {
    helpers_.emplace_back([this, worker] { help(worker); });
  }
}

ThreadTeam::~ThreadTeam() {
  place_.store(place_at(0, kEnd, 0));
  place_.notify_all();
  for (auto& helper : helpers_) helper.join();
}

void ThreadTeam::run(StagedWork& work) {
  if (helpers_.empty() || at_work) return run_alone(work);
  const std::unique_lock lock{busy_, std::try_to_lock};
  if (!lock.owns_lock()) return run_alone(work);
  at_work = true;
  work_ = &work;
  stages_ = work.stages();
  const auto job = (job_of(place_.load()) + 1) & 0xFFFFFF;
  open_stage(job, 0);
  work_on(job, 0);
  at_work = false;
}

void ThreadTeam::help(std::size_t worker) {
  const c10::InferenceMode inference;
  at_work = true;
  for (;;) {
    const auto place = place_.load(std::memory_order_acquire);
    if (stage_of(place) == kEnd) return;
    if (stage_of(place) == kDone) {
      wait_while(place, kBetweenWork);
    } else {
      work_on(job_of(place), worker);
    }
  }
}

void ThreadTeam::work_on(Place job, std::size_t worker) {
  for (;;) {
    auto place = place_.load(std::memory_order_acquire);
    if (job_of(place) != job || stage_of(place) >= kEnd) return;
    if (units_of(place) == 0) {
      wait_while(place, kWithinWork);
    } else if (place_.compare_exchange_weak(place, place - 1, std::memory_order_acq_rel)) {
      // The caller waits for what was taken, and so the work lives on.
      auto& work = *work_.load(std::memory_order_relaxed);
      const auto stage = stage_of(place);
      // The first unit first: processors read ahead upwards.
      work.run(stage, work.units(stage) - units_of(place), worker);
      finish_unit(job, stage);
    }
  }
}

void ThreadTeam::finish_unit(Place job, std::size_t stage) {
  if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) open_stage(job, stage + 1);
}

void ThreadTeam::open_stage(Place job, std::size_t stage) {
  if (stage == stages_.load(std::memory_order_relaxed)) {
    place_.store(place_at(job, kDone, 0), std::memory_order_release);
  } else {
    const auto units = work_.load(std::memory_order_relaxed)->units(stage);
    unfinished_.store(units, std::memory_order_relaxed);
    place_.store(place_at(job, stage, units), std::memory_order_release);
  }
  place_.notify_all();
}

void ThreadTeam::wait_while(Place place, int patience) const {
  for (int round = 0; round < patience; ++round) {
    if (place_.load(std::memory_order_acquire) != place) return;
    rest();
  }
  place_.wait(place, std::memory_order_acquire);
}

ThreadTeam& thread_team() {
  static ThreadTeam team{static_cast<std::size_t>(std::max(1, at::get_num_threads()))};
  return team;
}

}  // namespace whisper
