// SPDX-License-Identifier: Apache-2.0
// Any bytes as a query string: items in UTF-8 that come out again when they are written.
#include "fuzz/fuzz.hpp"
#include <clams/util/query_string.hpp>
#include <clams/util/uri.hpp>
#include <clams/util/utf8.hpp>

using clams::testing::require;

namespace {

std::string write_query(const std::vector<clams::QueryItem>& items) {
  std::string query;
  for (const auto& [name, value] : items) {
    query += clams::percent_encode(name) + '=' + clams::percent_encode(value) + '&';
  }
  return query;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto items = clams::parse_query(clams::testing::text_of(data, size));
  for (const auto& [name, value] : items) {
    require(clams::is_utf8(name) && clams::is_utf8(value), "an item is not UTF-8");
  }
  require(clams::parse_query(write_query(items)) == items, "items change when they are written");
  return 0;
}
