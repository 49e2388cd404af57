// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clams::http {

/// One HTTP request, free of the server library that took it in.
struct Request {
  std::string method;      ///< as sent; may be any token
  std::string path;        ///< percent-decoded, without the query
  std::string query = {};  ///< raw: what follows `?`
  std::map<std::string, std::string, std::less<>> headers = {};  ///< names in lower case
  std::string body = {};  ///< raw: no form parsed, no content coding undone
  bool is_local = false;  ///< came over the loopback address or a Unix socket
  /// Whether nobody waits for the answer any more; may be empty. Asked from the answering thread.
  std::function<bool()> client_has_left = {};
};

/// One HTTP answer. Content-Length, Transfer-Encoding and Connection are the server's business.
struct Response {
  int status = 200;
  std::string content_type = {};
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< beyond those above
  /// If set, the body comes in pieces, and `body` is not used: each call waits for the next piece;
  /// an empty one means that there is none yet, nothing that it has ended. Throws Error cancelled
  /// if it breaks off. Destroying it before the end tells the work that nobody reads on.
  std::function<std::optional<std::string>()> next_piece = {};
};

/// The header's value, or an empty text if the request has none. `name` is in lower case.
[[nodiscard]] std::string header_value(const Request& request, std::string_view name);

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/message.ipp>
#endif
