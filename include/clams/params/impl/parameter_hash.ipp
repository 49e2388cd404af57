// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameter_hash.hpp>
#include <clams/params/python_text.hpp>
#include <clams/util/config.hpp>
#include <clams/util/hash.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace clams {

namespace detail {

CLAMS_INLINE std::vector<std::string> hashed_items(const Json& values) {
  std::vector<std::string> items;
  for (const auto& [name, value] : values.items()) items.push_back(name + "=" + python_str(value));
  return items;
}

CLAMS_INLINE std::string hash_items(std::vector<std::string> items) {
  std::ranges::sort(items);  // UTF-8 sorts by bytes as its characters do by code point
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
  return md5_hex(text);
}

}  // namespace detail

CLAMS_INLINE std::string parameter_hash(const Json& values) {
  return detail::hash_items(detail::hashed_items(values));
}

CLAMS_INLINE std::string upstream_profile_hash(const Parameters& parameters) {
  std::vector<std::string> items = detail::hashed_items(parameters.to_json());
  items.push_back("#RAW#=" + parameters.raw().python_repr());
  return detail::hash_items(std::move(items));
}

}  // namespace clams
