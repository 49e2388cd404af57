// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/host_meter.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace clams {

namespace detail {

/// The kernel's figures about a process.
struct HostFigures {
  Bytes resident;
  Bytes highest;  // since the process began, or since the mark was reset
};

CLAMS_INLINE std::optional<HostFigures> read_host_figures(const std::filesystem::path& process) {
  std::ifstream status{process / "status"};
  std::optional<Bytes> resident;
  std::optional<Bytes> highest;
  std::string line;
  while (std::getline(status, line) && !(resident && highest)) {
    const bool is_resident = line.starts_with("VmRSS:");
    if (!is_resident && !line.starts_with("VmHWM:")) continue;
    (is_resident ? resident : highest) = Bytes{std::strtoll(line.c_str() + 6, nullptr, 10) * 1024};
  }
  if (!resident || !highest) return std::nullopt;
  return HostFigures{.resident = *resident, .highest = std::max(*resident, *highest)};
}

/// The high-water mark is what is resident now, from now on.
/// @return whether the kernel did so.
CLAMS_INLINE bool reset_host_mark(const std::filesystem::path& process) {
  std::ofstream clear{process / "clear_refs"};
  clear << '5' << std::flush;
  return clear.good();
}

}  // namespace detail

/// The open scopes. Each time one opens or closes, what the mark shows is booked to those that
/// were open, and the mark is reset: no scope loses what came before another one's reset.
struct HostMeter::State {
  /// One scope's share of the process's memory; guarded by the mutex.
  struct Work {
    ScopeKind kind;
    std::thread::id thread = std::this_thread::get_id();
    Bytes began_at = {};  // resident when it began
    Bytes base = {};      // the same, and what scopes of the other kind within it left
    Bytes peak = {};      // above the base
    Bytes live = {};      // above the base, at the end
    bool is_known = false;
    bool was_overlapped = false;
  };

  explicit State(HostMeterOptions given) : options(std::move(given)) {}

  void begin(const std::shared_ptr<Work>& work);
  void end(const std::shared_ptr<Work>& work);
  [[nodiscard]] std::vector<MeasuredPeak> peaks_of(const std::shared_ptr<Work>& work);

  HostMeterOptions options;
  std::mutex mutex;                         // guards the rest
  std::vector<std::shared_ptr<Work>> open;  // the oldest first
  Bytes last_mark;

 private:
  void settle(const std::optional<detail::HostFigures>& now);
  [[nodiscard]] bool is_paused(const std::shared_ptr<Work>& work) const;
};

/// What the meter's users hold.
class HostMeter::Scope final : public MemoryScope {
 public:
  Scope(std::shared_ptr<State> state, ScopeKind kind)
      : state_(std::move(state)), work_(std::make_shared<State::Work>(State::Work{.kind = kind})) {}

  void begin() { state_->begin(work_); }
  void end() { state_->end(work_); }
  [[nodiscard]] std::vector<MeasuredPeak> peaks() const override { return state_->peaks_of(work_); }

 private:
  std::shared_ptr<State> state_;
  std::shared_ptr<State::Work> work_;
};

/// Whether a scope of the other kind runs within this one: what it takes is its own.
CLAMS_INLINE bool HostMeter::State::is_paused(const std::shared_ptr<Work>& work) const {
  const auto within = std::find(open.begin(), open.end(), work) + 1;
  return std::any_of(within, open.end(), [&work](const auto& other) {
    return other->thread == work->thread && other->kind != work->kind;
  });
}

/// Books the time since the last call to the open scopes.
CLAMS_INLINE void HostMeter::State::settle(const std::optional<detail::HostFigures>& now) {
  if (!now) return;
  // A mark that could not be reset tells nothing unless it has risen.
  const Bytes highest = now->highest > last_mark ? now->highest : now->resident;
  for (const auto& work : open) {
    if (!work->is_known || is_paused(work)) continue;
    work->peak = std::max(work->peak, highest - work->base);
    work->live = std::max(Bytes{}, now->resident - work->base);
  }
  last_mark = detail::reset_host_mark(options.process) ? now->resident : now->highest;
}

CLAMS_INLINE void HostMeter::State::begin(const std::shared_ptr<Work>& work) {
  const std::scoped_lock lock{mutex};
  const auto now = detail::read_host_figures(options.process);
  open.reserve(open.size() + 1);
  settle(now);
  for (const auto& other : open) {
    if (other->thread == work->thread) continue;
    other->was_overlapped = true;
    work->was_overlapped = true;
  }
  open.push_back(work);
  work->is_known = now.has_value();
  if (now) work->base = work->began_at = now->resident;
}

CLAMS_INLINE void HostMeter::State::end(const std::shared_ptr<Work>& work) {
  const std::scoped_lock lock{mutex};
  if (std::find(open.begin(), open.end(), work) == open.end()) return;
  const auto now = detail::read_host_figures(options.process);
  settle(now);
  std::erase(open, work);
  if (!now || !work->is_known) return;
  const Bytes left = now->resident - work->began_at;
  for (const auto& around : open) {
    if (around->thread == work->thread && around->kind != work->kind) around->base += left;
  }
}

CLAMS_INLINE std::vector<MeasuredPeak> HostMeter::State::peaks_of(
    const std::shared_ptr<Work>& work) {
  const std::scoped_lock lock{mutex};
  if (std::find(open.begin(), open.end(), work) != open.end()) {
    settle(detail::read_host_figures(options.process));
  }
  if (!work->is_known) return {};
  return {MeasuredPeak{.device = options.device,
                       .allocated = work->peak,
                       .reserved = work->peak,
                       .live = work->live,
                       .failed_at = {},
                       .is_upper_bound = work->was_overlapped}};
}

CLAMS_INLINE HostMeter::HostMeter(HostMeterOptions options)
    : state_(std::make_shared<State>(std::move(options))) {}

CLAMS_INLINE HostMeter::~HostMeter() = default;

CLAMS_INLINE std::shared_ptr<MemoryScope> HostMeter::open(ScopeKind kind) {
  auto scope = std::make_shared<Scope>(state_, kind);
  scope->begin();
  return scope;
}

CLAMS_INLINE void HostMeter::close(const std::shared_ptr<MemoryScope>& scope) noexcept {
  if (auto* open = dynamic_cast<Scope*>(scope.get())) open->end();
}

CLAMS_INLINE std::optional<Bytes> HostMeter::held(int device) const {
  if (device != state_->options.device) return std::nullopt;
  const auto now = detail::read_host_figures(state_->options.process);
  return now ? std::optional{now->resident} : std::nullopt;
}

CLAMS_INLINE void HostMeter::release_cached() noexcept {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

CLAMS_INLINE void HostMeter::translate_exception() const {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    throw DeviceOutOfMemory{state_->options.device, Bytes{}, "the host has no memory left"};
  } catch (...) {
    return;  // means something else
  }
}

}  // namespace clams
