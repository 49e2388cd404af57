// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// One `name=value` of a query string, decoded.
struct QueryItem {
  std::string name;
  std::string value;

  friend bool operator==(const QueryItem&, const QueryItem&) = default;
};

/// The items of a query string in order. `&` separates; empty segments are skipped; `name` and
/// `name=` have an empty value; `+` is a blank; broken escapes stay as written; escaped bytes that
/// are not UTF-8 stay percent-encoded, in upper case. The texts are thus always UTF-8.
[[nodiscard]] std::vector<QueryItem> parse_query(std::string_view query);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/query_string.ipp>
#endif
