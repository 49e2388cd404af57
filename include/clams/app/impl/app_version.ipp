// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_version.hpp>
#include <clams/app/detail/git_describe.hpp>
#include <clams/util/config.hpp>

#include <string_view>
#include <system_error>
#include <unistd.h>

namespace clams {

namespace detail {

inline constexpr const char* kUnknownVersion = "unresolvable";

/// The program `name` in one of the folders of a PATH; empty if there is none.
CLAMS_INLINE std::filesystem::path find_program(std::string_view path, std::string_view name) {
  while (!path.empty()) {
    const std::size_t colon = path.find(':');
    std::filesystem::path candidate = std::filesystem::path{path.substr(0, colon)} / name;
    if (candidate.is_absolute() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    path.remove_prefix(colon == std::string_view::npos ? path.size() : colon + 1);
  }
  return {};
}

}  // namespace detail

CLAMS_INLINE std::string find_app_version(const std::filesystem::path& folder,
                                          const Environment& environment) {
  const auto git = detail::find_program(environment.get_or("PATH", ""), "git");
  std::error_code unreadable;
  if (!git.empty() && std::filesystem::exists(folder / ".git", unreadable)) {
    const std::string version = detail::git_describe(git, folder);
    return version.empty() ? detail::kUnknownVersion : version;
  }
  return environment.get_or("CLAMS_APP_VERSION", detail::kUnknownVersion);
}

CLAMS_INLINE std::filesystem::path program_folder() {
  std::error_code unreadable;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  return unreadable ? std::filesystem::path{} : program.parent_path();
}

}  // namespace clams
