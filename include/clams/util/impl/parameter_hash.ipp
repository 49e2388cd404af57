// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/hash.hpp>
#include <clams/util/parameter_hash.hpp>
#include <clams/util/python_text.hpp>

#include <algorithm>
#include <utility>

namespace clams {

CLAMS_INLINE std::vector<std::string> parameter_items(const Json& values) {
  std::vector<std::string> items;
  for (const auto& [name, value] : values.items()) items.push_back(name + "=" + python_str(value));
  return items;
}

CLAMS_INLINE std::string parameter_hash(std::vector<std::string> items) {
  std::ranges::sort(items);  // UTF-8 sorts by bytes as its characters do by code point
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
  return md5_hex(text);
}

CLAMS_INLINE std::string parameter_hash(const Json& values) {
  return parameter_hash(parameter_items(values));
}

}  // namespace clams
