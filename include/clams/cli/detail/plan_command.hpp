// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/gpu_place.hpp>
#include <clams/cli/exit_codes.hpp>

#include <string>
#include <vector>

namespace clams::detail {

/// Runs `plan [--context SIZE] [--reserve SIZE] [--json] [--PARAM VALUE...]`: prints how many
/// worker processes fit on this machine for requests with these parameters, and why.
/// @return unavailable if not one fits now.
/// @throws Error usage for wrong arguments, invalid_parameter for values that the app would refuse,
///   io if the ledgers cannot be used.
[[nodiscard]] ExitCode plan_command(const GpuPlace& place,
                                    const std::vector<std::string>& arguments);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/plan_command.ipp>
#endif
