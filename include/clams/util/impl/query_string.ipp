// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/query_string.hpp>
#include <clams/util/uri.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>

namespace clams {

namespace detail {

CLAMS_INLINE std::string decode_query_text(std::string_view text) {
  std::string blanks{text};
  std::replace(blanks.begin(), blanks.end(), '+', ' ');
  const std::string bytes = percent_decode(blanks);
  std::string_view rest = bytes;
  std::string result;
  while (const auto bad = find_invalid_utf8(rest)) {
    result += rest.substr(0, *bad);
    result += percent_encode(rest.substr(*bad, 1), "");
    rest.remove_prefix(*bad + 1);
  }
  return result.append(rest);
}

}  // namespace detail

CLAMS_INLINE std::vector<QueryItem> parse_query(std::string_view query) {
  std::vector<QueryItem> items;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view segment = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (segment.empty()) continue;
    const auto equals = std::min(segment.find('='), segment.size());
    const std::string_view value = segment.substr(std::min(equals + 1, segment.size()));
    items.push_back(
        {detail::decode_query_text(segment.substr(0, equals)), detail::decode_query_text(value)});
  }
  return items;
}

}  // namespace clams
