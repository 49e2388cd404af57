// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/cli/exit_codes.hpp>

#include <string>
#include <vector>

namespace clams::detail {

/// Runs `annotate` with the arguments that follow that word: one document in, one out. What the app
/// prints goes to stderr while the result goes to stdout.
/// @param program the program's name, for the help text.
/// @throws Error usage for wrong arguments and files that cannot be opened, io if the result cannot
///   be written.
[[nodiscard]] ExitCode annotate_command(const AppRunner& runner, const std::string& program,
                                        const std::vector<std::string>& arguments);

/// The text of `annotate --help`: usage, examples, every parameter.
[[nodiscard]] std::string annotate_help(const AppMetadata& metadata, const std::string& program);

/// The flags of parameters in a help text.
[[nodiscard]] std::string parameters_help(const std::vector<ParameterSpec>& specs);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/annotate_command.ipp>
#include <clams/cli/impl/annotate_help.ipp>
#endif
