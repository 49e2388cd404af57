// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/environment.hpp>

#include <string_view>
#include <unistd.h>

namespace clams {

CLAMS_INLINE Environment Environment::of_process() {
  Variables variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return Environment{std::move(variables)};
}

CLAMS_INLINE std::optional<std::string> Environment::get(const std::string& name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) return std::nullopt;
  return found->second;
}

CLAMS_INLINE std::string Environment::get_or(const std::string& name,
                                             const std::string& fallback) const {
  const auto found = variables_.find(name);
  return found == variables_.end() || found->second.empty() ? fallback : found->second;
}

}  // namespace clams
