// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace clams {

/// What the values of a runtime parameter are.
enum class ParameterType { integer, number, string, boolean, map };

/// `integer`, `number`, ...: the name of a type in the app metadata.
[[nodiscard]] constexpr std::string_view parameter_type_name(ParameterType type) {
  constexpr std::array<std::string_view, 5> kNames{"integer", "number", "string", "boolean", "map"};
  return kNames.at(static_cast<std::size_t>(type));
}

}  // namespace clams
