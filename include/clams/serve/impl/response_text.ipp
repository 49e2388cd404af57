// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/response_text.hpp>
#include <clams/serve/error_response.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace clams::detail {

inline constexpr std::array<std::string_view, 3> kConnectionFields{"connection", "content-length",
                                                                   "transfer-encoding"};

CLAMS_INLINE bool may_be_sent(std::string_view name, std::string_view value) {
  const bool whole = std::none_of(value.begin(), value.end(), is_control);
  return whole && is_token(name) &&
         std::none_of(kConnectionFields.begin(), kConnectionFields.end(),
                      [name](std::string_view reserved) { return is_field(name, reserved); });
}

CLAMS_INLINE void append_field(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

CLAMS_INLINE void append_framing(std::string& text, const http::Response& response,
                                 BodyFraming framing) {
  if (framing == BodyFraming::length) {
    append_field(text, "Content-Length", std::to_string(response.body.size()));
  } else if (framing == BodyFraming::chunks) {
    append_field(text, "Transfer-Encoding", "chunked");
  }
}

CLAMS_INLINE std::string response_head(const http::Response& response, BodyFraming framing,
                                       bool keeps_connection) {
  std::string text;
  text.reserve(256);
  text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  text.append(http::reason_phrase(response.status)).append("\r\n");
  if (!response.content_type.empty() && may_be_sent("Content-Type", response.content_type)) {
    append_field(text, "Content-Type", response.content_type);
  }
  append_framing(text, response, framing);
  for (const auto& [name, value] : response.headers) {
    if (may_be_sent(name, value)) append_field(text, name, value);
  }
  append_field(text, "Connection", keeps_connection ? "keep-alive" : "close");
  return text.append("\r\n");
}

CLAMS_INLINE std::string as_chunk(std::string_view bytes) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes.size(), 16);
  std::string chunk{digits.data(), end.ptr};
  return chunk.append("\r\n").append(bytes).append("\r\n");
}

}  // namespace clams::detail
