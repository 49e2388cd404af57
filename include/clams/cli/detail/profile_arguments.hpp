// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clams::detail {

/// What `profile` can do.
enum class ProfileAction { help, list, show, export_peaks, import_peaks, clear };

/// What `profile` is asked to do.
struct ProfileArguments {
  ProfileAction action = ProfileAction::help;
  std::optional<std::string> operand = {};  ///< of show: the hash; of export and import: the file
  bool all_apps = false;
  std::chrono::seconds older_than{0};  ///< of clear; zero: whatever its age
};

/// Reads `ACTION [HASH|FILE] [--all] [--older-than AGE]`, as each action takes them.
/// @throws Error usage for an action or flag that it does not know (with the nearest name), for a
///   missing or superfluous word and for an age that is none.
[[nodiscard]] ProfileArguments parse_profile_arguments(const std::vector<std::string>& arguments);

/// Reads an age: a number with `s`, `m`, `h` or `d` (days), as in `180d`.
/// @throws Error usage, naming `flag`, for anything else.
[[nodiscard]] std::chrono::seconds parse_age(std::string_view flag, std::string_view text);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/profile_arguments.ipp>
#endif
