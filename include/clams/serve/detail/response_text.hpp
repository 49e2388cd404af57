// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/request_reader.hpp>
#include <clams/serve/message.hpp>

#include <string>

namespace clams::detail {

/// How the end of an answer's body is told to the client.
enum class BodyFraming {
  length,  ///< by Content-Length
  chunks,  ///< by the last chunk
  close    ///< by the end of the connection, for HTTP/1.0
};

/// The head of an answer, with the empty line that ends it. A field that would break the head in
/// two, or one that is the connection's business, is left out.
[[nodiscard]] std::string response_head(const http::Response& response, BodyFraming framing,
                                        bool keeps_connection);

/// `bytes` as one chunk. @pre not empty: an empty chunk ends the body.
[[nodiscard]] std::string as_chunk(std::string_view bytes);

inline constexpr std::string_view kLastChunk = "0\r\n\r\n";
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/response_text.ipp>
#endif
