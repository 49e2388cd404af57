// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/gpu_place.hpp>
#include <clams/cli/exit_codes.hpp>

#include <string>
#include <vector>

namespace clams::detail {

/// Runs `doctor [--json]`: prints what it finds about driver, GPUs, sharing, limits, ledgers and
/// remembered peaks, and what would be admitted now; with each finding what to do about it.
/// @return failure if something is broken.
/// @throws Error usage for wrong arguments and settings.
[[nodiscard]] ExitCode doctor_command(const GpuPlace& place,
                                      const std::vector<std::string>& arguments);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/doctor_command.ipp>
#endif
