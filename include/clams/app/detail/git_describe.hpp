// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace clams::detail {

/// What `git describe --tags --always` prints for the folder, without its newline; empty if git
/// fails or has not answered within ten seconds. No shell is involved.
[[nodiscard]] std::string git_describe(const std::filesystem::path& git,
                                       const std::filesystem::path& folder);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/git_describe.ipp>
#endif
