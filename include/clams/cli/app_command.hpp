// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/util/environment.hpp>

#include <functional>
#include <string>
#include <vector>

namespace clams {

/// One call of a command that an app has brought.
struct CommandCall {
  std::string program;                 ///< its name, for texts
  std::vector<std::string> arguments;  ///< what follows the command's word, settings included
  Environment environment;
  /// The app's runner, with this machine's GPUs: what is done by AppRunner::run is admitted and
  /// measured like a request. Made at the first call, so that a command which needs none is quick.
  std::function<const AppRunner&()> runner;
};

/// A command of an app's own, beside `serve`, `annotate` and the others.
///
///     {.name = "fetch", .usage = "fetch NAME", .summary = "download a model", .run = fetch}
///
/// `run` returns the exit code (exit_codes.hpp), answers `--help` itself, and writes results to
/// stdout and all else to stderr. What it throws is told on stderr, as for every command.
struct AppCommand {
  std::string name;
  std::string usage;    ///< as the program's help shows it; begins with the name
  std::string summary;  ///< one line for the program's help
  std::function<int(const CommandCall&)> run;
};

}  // namespace clams
