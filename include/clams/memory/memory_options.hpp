// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/device_limits.hpp>
#include <clams/memory/placement.hpp>
#include <clams/memory/requirement_resolver.hpp>
#include <clams/util/bytes.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace clams {

/// What happens to a request whose device cannot be read.
enum class UnknownPolicy {
  refuse,  ///< 503: nobody knows whether it would fit
  allow    ///< it runs on the promises alone; logged and counted
};

/// What happens to a request that does not fit now.
enum class BusyPolicy {
  wait,   ///< in line, for at most `admission_timeout`
  reject  ///< 503 at once
};

/// How GPU memory is given out. The defaults suit a host that several apps share.
struct MemoryOptions {
  EstimateFactors factors = {};
  /// Left free on a device. None: `auto`, which is a tenth of the device until the size of a
  /// context and what lies outside the allocator are measured, then those and 2 %.
  std::optional<Bytes> margin = {};
  /// How much this process may use of single devices, at most.
  DeviceLimits caps = {};
  /// What is left free for others on single devices, besides the margin.
  DeviceLimits leave_free = {};
  UnknownPolicy on_unknown = UnknownPolicy::refuse;
  BusyPolicy on_busy = BusyPolicy::wait;
  PlacementPolicy placement = PlacementPolicy::best_fit;
  /// The device for requests whose app names none: an index as CUDA counts in this process, or a
  /// UUID or its beginning. With `pinned` they run there only, else it is tried first. Empty: any.
  std::string pin_to = {};
  std::chrono::milliseconds admission_timeout{30000};
  std::chrono::milliseconds ladder_patience{5000};  ///< before the next rung is tried
  std::size_t max_queue = 64;                       ///< requests that may wait for memory here
  std::size_t max_per_gpu = 0;                      ///< requests side by side on one device; 0: any
  std::chrono::milliseconds keep_alive{300000};     ///< an idle model stays loaded this long
  bool retry_out_of_memory = true;  ///< run a request once more after an OOM in spite of it all
  std::filesystem::path profile_dir = {};  ///< empty: see profile_folder()
  std::vector<std::filesystem::path> profile_seeds = {};
  std::filesystem::path ledger_dir = {};         ///< empty: see ledger_folder()
  std::chrono::milliseconds ledger_grace{5000};  ///< what was promised to the dead counts this long
};

}  // namespace clams
