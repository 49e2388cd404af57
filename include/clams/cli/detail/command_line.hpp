// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/cli/detail/settings.hpp>
#include <clams/cli/run_extras.hpp>
#include <clams/util/environment.hpp>

#include <string>
#include <vector>

namespace clams::detail {

/// What a CLAMS program can be asked for.
enum class Command {
  serve,
  annotate,
  metadata,
  profile,
  resources,
  ps,
  doctor,
  plan,
  own,
  version,
  help
};

/// A command line, taken apart.
struct CommandLine {
  Command command = Command::serve;
  Settings settings = {};              ///< flags, then environment, then file
  bool pretty = false;                 ///< of `metadata`
  std::string own = {};                ///< the name of the app's own command
  std::vector<std::string> rest = {};  ///< of commands that read their own arguments: what follows
  std::string help = {};               ///< of `help`: the text
};

/// Reads what follows the program's name. Without a command it is `serve`.
/// @param metadata and @param program are for the help text.
/// @param extras the app's own commands and settings.
/// @throws Error usage for anything it does not know, with the nearest name, and for commands and
///   settings of the app that are there already.
[[nodiscard]] CommandLine parse_command_line(const AppMetadata& metadata,
                                             const std::string& program,
                                             const std::vector<std::string>& arguments,
                                             const Environment& environment,
                                             const RunExtras& extras = {});

/// The app's settings as every other setting is known. They refer to `extras`.
[[nodiscard]] std::vector<Setting> own_settings(const RunExtras& extras);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/command_line.ipp>
#endif
