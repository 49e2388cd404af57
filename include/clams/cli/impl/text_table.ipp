// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/text_table.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <cstddef>

namespace clams::detail {

CLAMS_INLINE std::string text_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.empty() ? 0 : rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      text += row[i] + std::string(widths[i] + 2 - row[i].size(), ' ');
    }
    text += row.back() + '\n';
  }
  return text;
}

}  // namespace clams::detail
