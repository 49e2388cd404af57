// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/gpu_place.hpp>
#include <clams/cli/exit_codes.hpp>

#include <string>
#include <vector>

namespace clams::detail {

/// Runs `ps [--json]`: prints the GPUs with what they have, who holds promises on them and who
/// waits, of all processes of the host, and what is remembered of this app.
/// @throws Error usage for wrong arguments, io if the ledgers cannot be used.
[[nodiscard]] ExitCode ps_command(const GpuPlace& place, const std::vector<std::string>& arguments);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/ps_command.ipp>
#endif
