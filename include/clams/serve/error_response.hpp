// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/message.hpp>
#include <clams/util/error.hpp>

#include <chrono>
#include <string_view>

namespace clams::http {

/// How a client's own mistakes are answered.
enum class ErrorStyle {
  clams,   ///< as clams-python does: status 500 and a text, which clients in use rely on
  problem  ///< status 4xx and application/problem+json (RFC 9457); `--http-strict`
};

/// The status for an error. This is the one place that maps codes to statuses.
[[nodiscard]] int http_status(ErrorCode code, ErrorStyle style) noexcept;

/// The answer for an error: the text form of invalid input, a problem, or a JSON message. What went
/// wrong inside (internal, io) is not told to the client; it belongs into the log.
/// `unavailable` and `cancelled` carry `Retry-After` of `retry_after`.
[[nodiscard]] Response error_response(const Error& error, ErrorStyle style,
                                      std::chrono::seconds retry_after = std::chrono::seconds{5});

/// `{"message": ...}` and a newline, the form of errors that are not about the input.
[[nodiscard]] Response message_response(int status, std::string_view message);

/// An RFC 9457 problem: type, title, status, detail.
[[nodiscard]] Response problem_response(int status, std::string_view detail);

/// The page for a path that does not exist.
[[nodiscard]] Response not_found_page();

/// The reason phrase of a status, such as `Not Found`; `Error` for one this library never sends.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/error_response.ipp>
#endif
