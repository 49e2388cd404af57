// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/mark_scopes.hpp>
#include <clams/memory/device_out_of_memory.hpp>
#include <clams/memory/host_meter.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <new>
#include <string>
#include <utility>
#include <vector>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace clams {

namespace detail {

/// What the process has in memory, and had at most.
CLAMS_INLINE std::optional<HighWaterMark> read_host_mark(const std::filesystem::path& process) {
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
  return HighWaterMark{.now = *resident, .highest = std::max(*resident, *highest)};
}

/// The high-water mark is what is resident now, from now on.
/// @return whether the kernel did so.
CLAMS_INLINE bool reset_host_mark(const std::filesystem::path& process) {
  std::ofstream clear{process / "clear_refs"};
  clear << '5' << std::flush;
  return clear.good();
}

}  // namespace detail

struct HostMeter::State {
  explicit State(HostMeterOptions given)
      : options(std::move(given)),
        scopes({.read = [this] { return detail::read_host_mark(options.process); },
                .reset = [this] { return detail::reset_host_mark(options.process); }}) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;
  ~State() = default;

  HostMeterOptions options;
  detail::MarkScopes scopes;
};

/// What the meter's users hold.
class HostMeter::Scope final : public MemoryScope {
 public:
  using Work = detail::MarkScopes::Work;

  Scope(std::shared_ptr<State> state, ScopeKind kind)
      : state_(std::move(state)), work_(std::make_shared<Work>(Work{.kind = kind})) {}

  void begin() { state_->scopes.begin(work_); }
  void end() { state_->scopes.end(work_); }
  [[nodiscard]] std::vector<MeasuredPeak> peaks() const override {
    const auto seen = state_->scopes.measure(work_);
    if (!seen) return {};
    return {MeasuredPeak{.device = state_->options.device,
                         .allocated = seen->peak,
                         .reserved = seen->peak,
                         .live = seen->live,
                         .failed_at = {},
                         .is_upper_bound = seen->was_overlapped}};
  }

 private:
  std::shared_ptr<State> state_;
  std::shared_ptr<Work> work_;
};

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
  const auto mark = detail::read_host_mark(state_->options.process);
  return mark ? std::optional{mark->now} : std::nullopt;
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
