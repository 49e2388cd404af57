// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

// The paths that every app answers at.
namespace clams::detail {

inline constexpr std::array<std::string_view, 5> kControlPaths{"/healthz", "/readyz", "/metrics",
                                                               "/runtime", "/gpu-status"};
inline constexpr std::string_view kLoadPath = "/models/load";
inline constexpr std::string_view kUnloadPath = "/models/unload";

/// Where the app itself is: `/`, written with any number of slashes.
[[nodiscard]] inline bool is_app_path(std::string_view path) {
  return !path.empty() && path.find_first_not_of('/') == std::string_view::npos;
}

/// Whether the request asks the app to annotate.
[[nodiscard]] inline bool is_annotate(std::string_view method, std::string_view path) {
  return (method == "POST" || method == "PUT") && is_app_path(path);
}

[[nodiscard]] inline bool is_control_path(std::string_view path) {
  return std::find(kControlPaths.begin(), kControlPaths.end(), path) != kControlPaths.end();
}

/// Whether the path is taken, so that no app may have a route there.
[[nodiscard]] inline bool is_known_path(std::string_view path) {
  return is_app_path(path) || is_control_path(path) || path == kLoadPath || path == kUnloadPath;
}

}  // namespace clams::detail
