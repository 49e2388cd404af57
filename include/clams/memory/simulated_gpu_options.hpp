// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/bytes.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace clams {

/// As many simulated GPUs can be shared by processes.
inline constexpr std::size_t kMostSimulatedGpus = 16;

/// How long a driver takes to have a dead process's memory back, if nothing else is said.
inline constexpr std::chrono::milliseconds kSimulatedLag{500};

/// What a simulated GPU is like.
struct SimulatedGpuOptions {
  Bytes capacity;
  /// Memory of a killed owner comes back this much later; none: kSimulatedLag if the GPU is shared
  /// with other processes, else at once.
  std::optional<std::chrono::nanoseconds> lag = {};
  Bytes foreign = Bytes{0};        ///< taken by somebody else from the start
  Bytes rounding = Bytes{512};     ///< allocations take a multiple of this
  Bytes largest_block = Bytes{0};  ///< larger allocations fail, as if free memory were in pieces;
                                   ///< zero: no such limit
};

/// Reads the value of CLAMS_SIMULATED_GPUS: a GPU for each capacity in a list separated by commas,
/// each perhaps with settings after colons, as in `24GiB:lag=50ms,16GiB:foreign=2GiB`. The settings
/// are those of SimulatedGpuOptions: lag (in `us`, `ms` or `s`), foreign, rounding, largest_block.
/// @throws Error usage if `text` is anything else.
[[nodiscard]] std::vector<SimulatedGpuOptions> parse_simulated_gpus(std::string_view text);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/simulated_gpu_options.ipp>
#endif
