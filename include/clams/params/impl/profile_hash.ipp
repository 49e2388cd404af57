// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/params/profile_hash.hpp>
#include <clams/util/config.hpp>
#include <clams/util/parameter_hash.hpp>

#include <utility>
#include <vector>

namespace clams {

CLAMS_INLINE std::string upstream_profile_hash(const Parameters& parameters) {
  std::vector<std::string> items = parameter_items(parameters.to_json());
  items.push_back("#RAW#=" + parameters.raw().python_repr());
  return parameter_hash(std::move(items));
}

}  // namespace clams
