// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/request_context.hpp>
#include <clams/serve/request_id.hpp>
#include <clams/util/config.hpp>

#include <algorithm>

namespace clams {

namespace detail {

inline constexpr std::size_t kLongestRequestId = 128;

CLAMS_INLINE bool is_request_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == ':' || c == '-';
}

}  // namespace detail

namespace http {

CLAMS_INLINE bool is_sane_request_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= detail::kLongestRequestId &&
         std::all_of(id.begin(), id.end(), detail::is_request_id_character);
}

CLAMS_INLINE std::string choose_request_id(std::string_view from_client) {
  return is_sane_request_id(from_client) ? std::string{from_client} : make_request_id();
}

}  // namespace http
}  // namespace clams
