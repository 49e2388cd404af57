// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/answers.hpp>
#include <clams/serve/error_response.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace clams::detail {

CLAMS_INLINE bool is_true(std::string_view word) noexcept {
  constexpr std::array<std::string_view, 5> kFalsyWords{"False", "false", "F", "f", "0"};
  return std::find(kFalsyWords.begin(), kFalsyWords.end(), word) == kFalsyWords.end();
}

CLAMS_INLINE http::Response allow_response(const std::string& methods) {
  return {.content_type = "text/html; charset=utf-8", .headers = {{"Allow", methods}}};
}

CLAMS_INLINE http::Response method_not_allowed(const std::string& methods) {
  auto response = http::message_response(405, "The method is not allowed for the requested URL.");
  response.headers.emplace_back("Allow", methods);
  return response;
}

CLAMS_INLINE http::Response json_response(const Json& value) {
  return {.content_type = "application/json",
          .body = write_json(value, JsonLayout::pretty, JsonSpelling::metadata) + '\n'};
}

CLAMS_INLINE http::Response plain_response(int status, std::string_view text) {
  return {.status = status,
          .content_type = "text/plain; charset=utf-8",
          .body = std::string{text} + '\n'};
}

CLAMS_INLINE http::Response unauthorized() {
  auto response = http::message_response(401, "A valid bearer token is required.");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace clams::detail
