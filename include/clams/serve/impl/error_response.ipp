// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/error_response.hpp>
#include <clams/util/config.hpp>
#include <clams/util/json.hpp>
#include <clams/util/utf8.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace clams {

namespace detail {

struct StatusRule {
  ErrorCode code;
  int status;         // in the clams style
  int strict_status;  // in the problem style
};

inline constexpr std::array kStatusRules{
    StatusRule{ErrorCode::invalid_input, 500, 400},
    StatusRule{ErrorCode::invalid_parameter, 500, 422},
    StatusRule{ErrorCode::unavailable, 503, 503},
    StatusRule{ErrorCode::cancelled, 503, 503},
    StatusRule{ErrorCode::deadline_exceeded, 504, 504},
};

struct ReasonPhrase {
  int status;
  std::string_view phrase;
};

inline constexpr std::array kReasonPhrases{
    ReasonPhrase{200, "OK"},
    ReasonPhrase{400, "Bad Request"},
    ReasonPhrase{401, "Unauthorized"},
    ReasonPhrase{403, "Forbidden"},
    ReasonPhrase{404, "Not Found"},
    ReasonPhrase{405, "Method Not Allowed"},
    ReasonPhrase{408, "Request Timeout"},
    ReasonPhrase{409, "Conflict"},
    ReasonPhrase{413, "Content Too Large"},
    ReasonPhrase{414, "URI Too Long"},
    ReasonPhrase{415, "Unsupported Media Type"},
    ReasonPhrase{417, "Expectation Failed"},
    ReasonPhrase{422, "Unprocessable Content"},
    ReasonPhrase{431, "Request Header Fields Too Large"},
    ReasonPhrase{500, "Internal Server Error"},
    ReasonPhrase{501, "Not Implemented"},
    ReasonPhrase{503, "Service Unavailable"},
    ReasonPhrase{504, "Gateway Timeout"},
    ReasonPhrase{505, "HTTP Version Not Supported"},
};

CLAMS_INLINE bool is_clients_mistake(ErrorCode code) {
  return code == ErrorCode::invalid_input || code == ErrorCode::invalid_parameter;
}

// Only these messages are written for clients; others may name paths of this machine.
CLAMS_INLINE bool may_be_told(ErrorCode code) {
  return is_clients_mistake(code) || code == ErrorCode::unavailable ||
         code == ErrorCode::cancelled || code == ErrorCode::deadline_exceeded;
}

CLAMS_INLINE http::Response invalid_input_text(const Error& error) {
  return {.status = http::http_status(error.code(), http::ErrorStyle::clams),
          .content_type = "text/plain; charset=utf-8",
          .body = "Invalid input data. See below for validation error.\n\n" +
                  replace_invalid_utf8(error.what())};
}

}  // namespace detail

namespace http {

CLAMS_INLINE int http_status(ErrorCode code, ErrorStyle style) noexcept {
  const auto* const rule = std::find_if(detail::kStatusRules.begin(), detail::kStatusRules.end(),
                                        [code](const auto& r) { return r.code == code; });
  if (rule == detail::kStatusRules.end()) return 500;
  return style == ErrorStyle::problem ? rule->strict_status : rule->status;
}

CLAMS_INLINE Response error_response(const Error& error, ErrorStyle style,
                                     std::chrono::seconds retry_after) {
  if (style == ErrorStyle::clams && detail::is_clients_mistake(error.code())) {
    return detail::invalid_input_text(error);
  }
  const int status = http_status(error.code(), style);
  const std::string text =
      detail::may_be_told(error.code()) ? error.what() : std::string{reason_phrase(status)};
  Response response = style == ErrorStyle::problem ? problem_response(status, text)
                                                   : message_response(status, text);
  if (status == 503) {
    response.headers.emplace_back("Retry-After", std::to_string(retry_after.count()));
  }
  return response;
}

CLAMS_INLINE Response message_response(int status, std::string_view message) {
  Json body = Json::object();
  body["message"] = replace_invalid_utf8(message);
  return {.status = status, .content_type = "application/json", .body = write_json(body) + '\n'};
}

CLAMS_INLINE Response problem_response(int status, std::string_view detail) {
  Json body = Json::object();
  body["type"] = "about:blank";
  body["title"] = reason_phrase(status);
  body["status"] = status;
  body["detail"] = replace_invalid_utf8(detail);
  return {.status = status,
          .content_type = "application/problem+json",
          .body = write_json(body) + '\n'};
}

CLAMS_INLINE Response not_found_page() {
  return {.status = 404,
          .content_type = "text/html; charset=utf-8",
          .body =
              "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n"
              "<h1>Not Found</h1>\n<p>There is nothing here. A CLAMS app answers at /.</p>\n"};
}

CLAMS_INLINE std::string_view reason_phrase(int status) noexcept {
  for (const auto& [known, phrase] : detail::kReasonPhrases) {
    if (known == status) return phrase;
  }
  return "Error";
}

}  // namespace http
}  // namespace clams
