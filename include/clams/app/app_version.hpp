// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/environment.hpp>

#include <filesystem>
#include <string>

namespace clams {

/// The version of an app whose program stands in `folder`: what `git describe` says if git is on
/// the PATH and `folder` has a `.git`, else CLAMS_APP_VERSION. `unresolvable` if neither tells.
/// Asking git takes ten seconds at most.
[[nodiscard]] std::string find_app_version(const std::filesystem::path& folder,
                                           const Environment& environment);

/// The folder of the running program; empty if the system does not say.
[[nodiscard]] std::filesystem::path program_folder();

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/app_version.ipp>
#endif
