// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/nearest_name.hpp>

#include <algorithm>
#include <numeric>

namespace clams {

CLAMS_INLINE std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, above + 1, row[j - 1] + 1});
      diagonal = above;
    }
  }
  return row[b.size()];
}

CLAMS_INLINE std::string suggestion(std::string_view given, const std::vector<std::string>& known) {
  const auto distance = [given](const std::string& name) { return edit_distance(given, name); };
  const auto nearest =
      std::min_element(known.begin(), known.end(),
                       [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  const std::size_t limit = given.size() < 4 ? 1 : std::max<std::size_t>(2, given.size() / 3);
  if (nearest == known.end() || distance(*nearest) > limit) return {};
  return "; did you mean " + *nearest + '?';
}

}  // namespace clams
