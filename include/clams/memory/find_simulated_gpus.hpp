// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/simulated_gpus.hpp>
#include <clams/util/clock.hpp>
#include <clams/util/environment.hpp>

#include <memory>
#include <optional>

namespace clams {

/// What CLAMS_SIMULATED_GPUS and CLAMS_SIMULATED_STATE say of GPUs that processes share; none if
/// the latter is not set.
/// @throws Error usage if the former cannot be read.
[[nodiscard]] std::optional<SimulatedStateOptions> simulated_state_options(
    const Environment& environment);

/// The simulated GPUs of this process, for who wants to allocate there: those of the state file if
/// CLAMS_SIMULATED_STATE names one, else its own if CLAMS_SIMULATED_GPUS says which; null if
/// neither is set. All who ask with the same values and clock, while somebody has them, get the
/// same.
/// @throws Error usage for a value that cannot be read, or as the constructors of SimulatedGpus.
[[nodiscard]] std::shared_ptr<SimulatedGpus> find_simulated_gpus(const Environment& environment,
                                                                 const Clock& clock = real_clock());

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/memory/impl/find_simulated_gpus.ipp>
#endif
