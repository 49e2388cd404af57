// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clams {

/// For messages: `1 request runs`, `2 requests run`.
[[nodiscard]] inline std::string counted(std::size_t count, std::string_view one,
                                         std::string_view several) {
  return std::to_string(count).append(1, ' ').append(count == 1 ? one : several);
}

}  // namespace clams
