// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/memory_settings.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace clams::detail {

inline constexpr std::array kMemorySettings{
    Setting{"admission-timeout", "CLAMS_ADMISSION_TIMEOUT", "TIME",
            "a request waits this long for GPU memory before it is refused (default: 30s)"},
    Setting{"on-busy", "CLAMS_ON_BUSY", "WHAT",
            "wait for GPU memory or reject at once (default: wait)"},
    Setting{"on-unknown", "CLAMS_ON_UNKNOWN", "WHAT",
            "refuse or allow a request when the GPU cannot be read (default: refuse)"},
    Setting{"placement", "CLAMS_PLACEMENT", "HOW",
            "best_fit, round_robin, least_loaded or pinned (default: best_fit)"},
    Setting{"pin-to", "CLAMS_PIN_TO", "DEVICE",
            "the GPU for requests whose app names none, by index or UUID (default: any)"},
    Setting{"max-per-gpu", "CLAMS_MAX_PER_GPU", "NUMBER",
            "requests of this process side by side on one GPU (default: any that fit)"},
    Setting{"memory-cap", "CLAMS_MEMORY_CAP", "LIST",
            "use no more than this of a GPU: 10GiB, or by index or UUID: 0=8GiB,GPU-8932=10GiB"},
    Setting{"leave-free", "CLAMS_LEAVE_FREE", "LIST",
            "leave this much of a GPU free for others; a list as above"},
    Setting{"margin", "CLAMS_MARGIN", "SIZE",
            "leave this much of a GPU free; auto: a tenth until it is known what lies outside "
            "the allocator (default: auto)"},
    Setting{"keep-alive", "CLAMS_KEEP_ALIVE", "TIME",
            "an idle model stays loaded this long (default: 5m)"},
    Setting{"ladder-patience", "CLAMS_LADDER_PATIENCE", "TIME",
            "a request waits this long before the app's next alternative is tried (default: 5s)"},
    Setting{"factor-recorded", "CLAMS_FACTOR_RECORDED", "NUMBER",
            "ask for the recorded peak times this (default: 1.2)"},
    Setting{"factor-checkpoint", "CLAMS_FACTOR_CHECKPOINT", "NUMBER",
            "ask for the size of the model's files times this (default: 1.2)"},
    Setting{"factor-metadata", "CLAMS_FACTOR_METADATA", "NUMBER",
            "ask for est_gpu_mem_typ times this (default: 1.0)"},
    Setting{"factor-rule", "CLAMS_FACTOR_RULE", "NUMBER",
            "ask for this share of the GPU when nothing is known (default: 0.8)"},
    Setting{"profile-dir", "CLAMS_PROFILE_DIR", "FOLDER",
            "remember measured peaks here (default: clams/memory_profiles in XDG_CACHE_HOME)"},
    Setting{"profile-seed", "CLAMS_PROFILE_SEED", "FOLDER",
            "peaks to start from, which are only read: baked into an image, say"},
    Setting{"ledger-dir", "CLAMS_LEDGER_DIR", "FOLDER",
            "the promises of all processes of the host lie here (default: /run/clams, else the "
            "user's runtime folder)"},
    Setting{"ledger-grace", "CLAMS_LEDGER_GRACE", "TIME",
            "what was promised to a process that died counts this long, until the driver has its "
            "memory back (default: 5s)"},
};

CLAMS_INLINE std::span<const Setting> memory_settings() { return kMemorySettings; }

/// The value that a setting names, or `fallback` if it is not set.
template <class Value, std::size_t Count>
[[nodiscard]] Value choice(const Settings& settings, std::string_view name,
                           const std::array<std::pair<std::string_view, Value>, Count>& choices,
                           Value fallback) {
  const auto text = settings.text(name);
  if (!text) return fallback;
  std::string known;
  for (const auto& [word, value] : choices) {
    if (word == *text) return value;
    known += (known.empty() ? "" : ", ") + std::string{word};
  }
  throw Error{ErrorCode::usage,
              "--" + std::string{name} + ": '" + *text + "' is none of: " + known};
}

CLAMS_INLINE EstimateFactors estimate_factors(const Settings& settings) {
  constexpr double kMost = 100;
  EstimateFactors factors;
  factors.recorded = settings.real("factor-recorded", 1, kMost).value_or(factors.recorded);
  factors.checkpoint = settings.real("factor-checkpoint", 0.01, kMost).value_or(factors.checkpoint);
  factors.metadata = settings.real("factor-metadata", 0.01, kMost).value_or(factors.metadata);
  factors.rule = settings.real("factor-rule", 0.01, 1).value_or(factors.rule);
  return factors;
}

inline constexpr std::int64_t kMostRequests = 1000000;

CLAMS_INLINE DeviceLimits device_limits(const Settings& settings, const std::string& name) {
  const auto text = settings.text(name);
  return text ? DeviceLimits{"--" + name, *text} : DeviceLimits{};
}

CLAMS_INLINE void set_placement(const Settings& settings, MemoryOptions& options) {
  options.placement = choice<PlacementPolicy, 4>(settings, "placement",
                                                 {{{"best_fit", PlacementPolicy::best_fit},
                                                   {"round_robin", PlacementPolicy::round_robin},
                                                   {"least_loaded", PlacementPolicy::least_loaded},
                                                   {"pinned", PlacementPolicy::pinned}}},
                                                 options.placement);
  options.max_per_gpu =
      static_cast<std::size_t>(settings.number("max-per-gpu", 1, kMostRequests).value_or(0));
  options.pin_to = settings.text("pin-to").value_or("");
  options.caps = device_limits(settings, "memory-cap");
  options.leave_free = device_limits(settings, "leave-free");
}

CLAMS_INLINE MemoryOptions memory_options(const Settings& settings) {
  MemoryOptions options;
  options.factors = estimate_factors(settings);
  set_placement(settings, options);
  if (settings.text("margin").value_or("auto") != "auto") options.margin = settings.bytes("margin");
  options.on_unknown = choice<UnknownPolicy, 2>(
      settings, "on-unknown",
      {{{"refuse", UnknownPolicy::refuse}, {"allow", UnknownPolicy::allow}}}, options.on_unknown);
  options.on_busy = choice<BusyPolicy, 2>(
      settings, "on-busy", {{{"wait", BusyPolicy::wait}, {"reject", BusyPolicy::reject}}},
      options.on_busy);
  options.admission_timeout =
      settings.duration("admission-timeout").value_or(options.admission_timeout);
  options.ladder_patience = settings.duration("ladder-patience").value_or(options.ladder_patience);
  options.keep_alive = settings.duration("keep-alive").value_or(options.keep_alive);
  options.max_queue =
      static_cast<std::size_t>(settings.number("max-queue", 0, kMostRequests)
                                   .value_or(static_cast<std::int64_t>(options.max_queue)));
  options.profile_dir = settings.text("profile-dir").value_or("");
  if (const auto seed = settings.text("profile-seed")) options.profile_seeds = {*seed};
  options.ledger_dir = settings.text("ledger-dir").value_or("");
  options.ledger_grace = settings.duration("ledger-grace").value_or(options.ledger_grace);
  return options;
}

}  // namespace clams::detail
