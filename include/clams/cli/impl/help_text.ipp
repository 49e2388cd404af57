// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/help_text.hpp>
#include <clams/util/config.hpp>

namespace clams::detail {

inline constexpr std::size_t kHelpWidth = 80;
inline constexpr std::size_t kHelpColumn = 28;

CLAMS_INLINE std::string wrap_text(std::string_view text, std::size_t indent) {
  std::string result;
  std::size_t column = 0;
  while (!text.empty()) {
    const auto end = text.find_first_of(" \n");
    const auto word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (word.empty()) continue;
    if (column > 0 && column + 1 + word.size() > kHelpWidth) {
      result += '\n';
      column = 0;
    }
    const std::string gap = column == 0 ? std::string(indent, ' ') : " ";
    result.append(gap).append(word);
    column += gap.size() + word.size();
  }
  return result + '\n';
}

CLAMS_INLINE std::string help_entry(std::string_view option, std::string_view meaning) {
  std::string entry = "  " + std::string{option};
  const std::string text = wrap_text(meaning, kHelpColumn);
  if (entry.size() + 2 > kHelpColumn) return entry + '\n' + text;
  entry.resize(kHelpColumn, ' ');
  return entry + (text.size() > kHelpColumn ? text.substr(kHelpColumn) : text);
}

}  // namespace clams::detail
