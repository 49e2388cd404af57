// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/cli/exit_codes.hpp>
#include <clams/params/parameter_spec.hpp>

#include <string>
#include <utility>
#include <vector>

namespace clams::detail {

/// What `profile sweep` is asked to do.
struct SweepArguments {
  /// The parameters to try, each with its values.
  std::vector<std::pair<std::string, std::vector<std::string>>> values = {};
  std::string input = {};  ///< a path or `-`
};

/// Reads `--param NAME=V1,V2 [--param ...] INPUT`.
/// @throws Error usage for a parameter that is not declared (with the nearest name) or given twice
///   or without values, and for a missing or superfluous INPUT.
[[nodiscard]] SweepArguments parse_sweep_arguments(const std::vector<std::string>& arguments,
                                                   const std::vector<ParameterSpec>& specs);

/// Runs `profile sweep` with the arguments that follow these words: annotates INPUT once with each
/// combination of the values, so that the peaks of all are remembered. A line for each on stderr,
/// a table of what was measured on stdout.
/// @return failure if a combination failed; the others are measured all the same.
/// @throws Error usage for wrong arguments, invalid_parameter before the first run for a value that
///   the app would refuse, invalid_input if INPUT is no MMIF, not_found without a GPU.
[[nodiscard]] ExitCode sweep_command(const AppRunner& runner,
                                     const std::vector<std::string>& arguments);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/profile_sweep.ipp>
#endif
