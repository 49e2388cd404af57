// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one header that knows how httplib represents requests, answers and bodies. It is written
// against 0.41 and later.

#include <clams/serve/detail/request_head.hpp>
#include <clams/serve/message.hpp>
#include <clams/serve/service.hpp>
#include <clams/util/error.hpp>

#include <httplib.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace clams::detail {

/// A Unix socket gives no address.
inline bool is_local_address(const std::string& address) {
  return address.empty() || address == "::1" || address.starts_with("127.") ||
         address.starts_with("::ffff:127.");
}

/// The request without its body. The query is the raw one: httplib's decoding differs from ours.
inline http::Request to_request(const httplib::Request& from) {
  const auto mark = from.target.find('?');
  http::Request request{
      .method = from.method,
      .path = from.path,
      .query = mark == std::string::npos ? std::string{} : from.target.substr(mark + 1)};
  for (const auto& [name, value] : from.headers)
    request.headers.emplace(lower_field_name(name), value);
  request.is_local = is_local_address(from.remote_addr);
  request.client_has_left = from.is_connection_closed;
  return request;
}

/// Sends the pieces of a body as they come. @return whether all were sent.
inline bool send_pieces(const std::function<std::optional<std::string>()>& next_piece,
                        const std::function<bool()>& client_has_left, httplib::DataSink& to) {
  try {
    while (const auto piece = next_piece()) {
      const bool gone =
          piece->empty() ? client_has_left() : !to.write(piece->data(), piece->size());
      if (gone) return false;
    }
  } catch (const Error&) {
    return false;  // the client sees that the body has no end; the log has said why
  }
  to.done();
  return true;
}

/// HTTP/1.0 has no bodies in pieces.
inline std::string all_pieces(const std::function<std::optional<std::string>()>& next_piece) {
  std::string body;
  while (const auto piece = next_piece()) body += *piece;
  return body;
}

inline void write_answer(http::Response&& answer, const httplib::Request& from,
                         httplib::Response& to) {
  to.status = answer.status;
  for (auto& [name, value] : answer.headers) to.set_header(name, value);
  if (answer.next_piece && from.version != "HTTP/1.0") {
    to.set_chunked_content_provider(
        answer.content_type,
        [next = std::move(answer.next_piece), left = from.is_connection_closed](
            std::size_t, httplib::DataSink& sink) { return send_pieces(next, left, sink); });
    return;
  }
  if (!answer.content_type.empty()) to.set_header("Content-Type", answer.content_type);
  to.body = answer.next_piece ? all_pieces(answer.next_piece) : std::move(answer.body);
}

/// The bytes of the body as they were sent, or nothing if they could not be read to their end.
/// httplib would take forms apart and undo content codings: it does so by two headers, which are
/// therefore removed. (The request object is httplib's own and not constant; only our view of it
/// is.)
inline std::optional<std::string> read_raw_body(const httplib::Request& request,
                                                const httplib::ContentReader& reader) {
  auto& headers = const_cast<httplib::Headers&>(request.headers);
  headers.erase("Content-Type");
  headers.erase("Content-Encoding");
  if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) {
    return std::string{};
  }
  std::string body;
  const bool whole = reader([&body](const char* bytes, std::size_t count) {
    body.append(bytes, count);
    return true;
  });
  return whole ? std::optional{std::move(body)} : std::nullopt;
}

/// Answers a request that has a body. Nothing is read for a client that may not ask.
inline void answer_with_body(http::Service& service, http::Request request,
                             const httplib::Request& from, const httplib::ContentReader& reader,
                             httplib::Response& to) {
  if (!service.objection(request)) {
    auto body = read_raw_body(from, reader);
    if (!body) {
      const int status = to.status == 413 ? 413 : 400;
      return write_answer(service.refuse(status, "The body is too large or does not end."), from,
                          to);
    }
    request.body = std::move(*body);
  }
  write_answer(service.answer(std::move(request)), from, to);
}

}  // namespace clams::detail
