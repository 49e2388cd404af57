// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/json_depth.hpp>

#include <cstddef>
#include <cstring>

namespace clams {

namespace detail {

/// The place behind the string whose first quote is before `at`.
CLAMS_INLINE const char* skip_json_string(const char* at, const char* end) noexcept {
  while (at < end) {
    const void* const found = std::memchr(at, '"', static_cast<std::size_t>(end - at));
    if (found == nullptr) return end;
    const char* const quote = static_cast<const char*>(found);
    const char* escapes = quote;
    while (escapes > at && escapes[-1] == '\\') --escapes;
    at = quote + 1;
    if ((quote - escapes) % 2 == 0) return at;
  }
  return end;
}

}  // namespace detail

CLAMS_INLINE bool is_deeper_than(int levels, std::string_view json) noexcept {
  // A bracket and the brace of its side differ in this bit only.
  constexpr char kBraceBit = 0x20;
  const char* at = json.data();
  const char* const end = at + json.size();
  int depth = 0;
  while (at < end) {
    const char c = *at++;
    if (c == '"') {
      at = detail::skip_json_string(at, end);
    } else if ((c | kBraceBit) == '{') {
      if (++depth > levels) return true;
    } else if ((c | kBraceBit) == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace clams
