// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/memory/detail/peak_names.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <cstddef>

namespace clams::detail {

inline constexpr std::size_t kHashDigits = 32;
inline constexpr std::size_t kLongestFolderName = 255;

CLAMS_INLINE bool is_peak_hash(std::string_view hash) {
  return hash.size() == kHashDigits &&
         hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

CLAMS_INLINE bool is_peak_folder_name(std::string_view name) {
  const bool is_plain = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '/';
  });
  return is_plain && !name.empty() && name.size() <= kLongestFolderName && name != "." &&
         name != "..";
}

CLAMS_INLINE std::string peak_folder_name(const std::string& app) {
  std::string name = app;
  std::replace(name.begin(), name.end(), '/', '-');
  std::replace(name.begin(), name.end(), ':', '-');
  if (is_peak_folder_name(name)) return name;
  throw Error{ErrorCode::usage, "app identifier '" + app +
                                    "': expected a name of 1 to 255 bytes without control "
                                    "characters, other than . and .."};
}

CLAMS_INLINE void check_peak_hash(const std::string& hash) {
  if (is_peak_hash(hash)) return;
  throw Error{ErrorCode::usage,
              "parameter hash '" + hash + "': expected 32 hexadecimal digits in lower case"};
}

CLAMS_INLINE std::optional<std::string> hash_in_file_name(std::string_view name) {
  if (name.starts_with('.')) name.remove_prefix(1);
  constexpr std::string_view kPrefix = "memory_";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  const std::string_view hash = name.substr(0, kHashDigits);
  const std::string_view ending = name.substr(hash.size());
  const bool is_ours =
      ending == ".json" || ending == ".json.bad" || ending == ".json.new" || ending == ".lock";
  return is_ours && is_peak_hash(hash) ? std::optional{std::string{hash}} : std::nullopt;
}

}  // namespace clams::detail
