// SPDX-License-Identifier: Apache-2.0
#include "model/format_error.hpp"

#include <algorithm>
#include <cstddef>

namespace whisper {

clams::Error format_error(std::string_view file, std::string_view what) {
  return {clams::ErrorCode::invalid_input, std::string{file} + ": " + std::string{what}};
}

std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string result{text.substr(0, kLongest)};
  std::ranges::replace_if(
      result, [](char c) { return c < ' ' || c > '~'; }, '?');
  if (text.size() > kLongest) result += "...";
  return result;
}

}  // namespace whisper
