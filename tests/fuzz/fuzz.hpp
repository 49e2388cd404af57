// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace clams::testing {

/// Ends the program, which is what a fuzzer takes for a finding.
inline void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Whether `use` ends well; if it throws, then an Error of this code.
template <typename Use>
bool succeeds(ErrorCode expected, Use use) {
  try {
    use();
    return true;
  } catch (const Error& error) {
    require(error.code() == expected, error.what());
    require(error.what()[0] != '\0', "an error without words");
    return false;
  }
}

}  // namespace clams::testing
