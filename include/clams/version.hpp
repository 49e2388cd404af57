// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The version of this library. CMake reads these three lines, so they stand nowhere else.
// NOLINTBEGIN(modernize-macro-to-enum): for #if
#define CLAMS_VERSION_MAJOR 0
#define CLAMS_VERSION_MINOR 1
#define CLAMS_VERSION_PATCH 0
// NOLINTEND(modernize-macro-to-enum)

namespace clams {

/// The version as text, as `--version` prints it.
inline constexpr const char* kVersion = "0.1.0";

}  // namespace clams
