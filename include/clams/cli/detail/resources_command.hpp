// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_metadata.hpp>
#include <clams/app/clams_app.hpp>
#include <clams/cli/exit_codes.hpp>
#include <clams/memory/device_probe.hpp>
#include <clams/memory/peak_store.hpp>
#include <clams/memory/requirement_resolver.hpp>

#include <string>
#include <vector>

namespace clams::detail {

/// What `resources` works an answer out from.
struct ResourcesPlace {
  const ClamsApp& app;
  const AppMetadata& metadata;  ///< complete
  PeakStoreOptions store;       ///< where peaks are remembered
  std::vector<Device> devices;  ///< of this machine; the figures are for the first
  EstimateFactors factors;
  std::string program;  ///< for the texts
};

/// Runs `resources` with the arguments that follow that word: prints what a scheduler should be
/// asked for, for a request with the given parameters.
/// @throws Error usage for wrong arguments, invalid_parameter for values that the app would refuse.
[[nodiscard]] ExitCode resources_command(const ResourcesPlace& place,
                                         const std::vector<std::string>& arguments);

/// The text of `resources --help`.
[[nodiscard]] std::string resources_help(const AppMetadata& metadata, const std::string& program);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/resources_command.ipp>
#endif
