// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/exit_codes.hpp>
#include <clams/memory/peak_store.hpp>

#include <string>
#include <vector>

namespace clams::detail {

/// Where `profile` finds what it is asked about.
struct ProfilePlace {
  PeakStoreOptions store;  ///< where peaks are remembered
  std::string app;         ///< identifier of the app whose command line this is
  std::string program;     ///< its name, for the texts
};

/// Runs `profile` with the arguments that follow that word: list, show, export, import or clear
/// what is remembered about the memory of requests. Results go to stdout, remarks to stderr.
/// @throws Error usage for wrong arguments and for files that cannot be opened; not_found if no
///   record is meant by a hash; invalid_input, naming the file, if it holds no exported peaks; io
///   if the folder cannot be read or written.
[[nodiscard]] ExitCode profile_command(const ProfilePlace& place,
                                       const std::vector<std::string>& arguments);

/// The text of `profile --help`.
[[nodiscard]] std::string profile_help(const std::string& program);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/profile_command.ipp>
#include <clams/cli/impl/profile_help.ipp>
#endif
