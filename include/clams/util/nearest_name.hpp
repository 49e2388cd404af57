// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clams {

/// How many letters must be changed, added or left out to make one text the other.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// For messages: `; did you mean --port?` if one of `known` is close to `given`, else nothing.
[[nodiscard]] std::string suggestion(std::string_view given, const std::vector<std::string>& known);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/nearest_name.ipp>
#endif
