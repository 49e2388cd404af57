// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/message.hpp>
#include <clams/util/json.hpp>

#include <string>
#include <string_view>

namespace clams::detail {

/// Whether CLAMS reads a parameter's word as true: all but a few are.
[[nodiscard]] bool is_true(std::string_view word) noexcept;

// Answers that several endpoints give.
[[nodiscard]] http::Response allow_response(const std::string& methods);
[[nodiscard]] http::Response method_not_allowed(const std::string& methods);
[[nodiscard]] http::Response json_response(const Json& value);
[[nodiscard]] http::Response plain_response(int status, std::string_view text);
[[nodiscard]] http::Response unauthorized();

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/answers.ipp>
#endif
