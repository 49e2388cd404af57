// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/parameters.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

namespace clams {

CLAMS_INLINE const Json& Parameters::at(std::string_view name) const {
  const auto found = values_.find(std::string{name});
  if (found == values_.end()) {
    throw Error{ErrorCode::not_found,
                "the app declares no parameter \"" + std::string{name} + "\""};
  }
  return *found;
}

CLAMS_INLINE bool Parameters::contains(std::string_view name) const {
  return values_.contains(std::string{name});
}

CLAMS_INLINE std::vector<std::string> Parameters::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : values_.items()) names.push_back(name);
  return names;
}

}  // namespace clams
