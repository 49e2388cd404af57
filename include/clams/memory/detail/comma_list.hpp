// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace clams::detail {

/// `text` without blanks at its ends.
inline std::string_view without_outer_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// The parts of `text` between `separator`s, without blanks around them; none if there is nothing
/// but blanks. They refer to `text`.
inline std::vector<std::string_view> separated(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  if (without_outer_blanks(text).empty()) return parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(without_outer_blanks(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

inline std::vector<std::string_view> comma_separated(std::string_view text) {
  return separated(text, ',');
}

}  // namespace clams::detail
