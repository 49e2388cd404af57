// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/annotate_arguments.hpp>
#include <clams/cli/detail/annotate_command.hpp>
#include <clams/cli/detail/standard_streams.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <iostream>
#include <utility>

namespace clams::detail {

CLAMS_INLINE ExitCode annotate_command(const AppRunner& runner, const std::string& program,
                                       const std::vector<std::string>& arguments) {
  const auto asked = parse_annotate_arguments(arguments, runner.metadata().parameters);
  const bool nothing_to_read = !asked.in && stdin_is_terminal();
  if (asked.wants_help || nothing_to_read) {
    std::cout << annotate_help(runner.metadata(), program);
    return asked.wants_help ? ExitCode::success : ExitCode::failure;
  }

  std::string body = read_input(asked.in, "IN");
  const ResultOutput output{output_file(asked.out)};
  try {
    const RunResult result = runner.annotate(std::move(body), asked.parameters);
    output.write(result.mmif);
    return result.outcome == RunOutcome::annotated ? ExitCode::success : ExitCode::failure;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input) throw;
    std::cerr << "Invalid input data. See below for validation error.\n\n" << error.what() << '\n';
    return exit_code(error.code());
  }
}

}  // namespace clams::detail
