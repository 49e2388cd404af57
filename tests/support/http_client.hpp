// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace clams::testing {

/// An answer as it came over the wire.
struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// One connection on which any bytes can be sent, so that tests may say what no client library
/// would. Every wait ends after ten seconds with a failure.
///
/// Ownership: owns the socket.
/// Threads: confined.
/// Errors: throws std::runtime_error.
class HttpClient {
 public:
  explicit HttpClient(int port);
  explicit HttpClient(const std::filesystem::path& unix_socket);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  HttpClient(HttpClient&&) = delete;
  HttpClient& operator=(HttpClient&&) = delete;
  ~HttpClient();

  void send(std::string_view bytes) const;
  /// Reads one answer, by its Content-Length.
  [[nodiscard]] HttpAnswer receive();
  /// Reads the answer to a HEAD request.
  [[nodiscard]] HttpAnswer receive_head();
  /// Reads so many bytes as they come.
  [[nodiscard]] std::string receive_bytes(std::size_t count);
  /// Reads until the server ends the connection.
  std::string read_to_end();
  /// Whether the server ends the connection and sends nothing more.
  [[nodiscard]] bool is_closed_by_server();

 private:
  [[nodiscard]] bool fill();

  int socket_ = -1;
  std::string pending_;
};

/// A request with Host, Content-Length and `extra` header lines (each ending in CRLF).
[[nodiscard]] std::string http_request(std::string_view method, std::string_view target,
                                       std::string_view body = "", std::string_view extra = "");

/// Sends one request on a connection of its own.
[[nodiscard]] HttpAnswer ask(int port, std::string_view method, std::string_view target,
                             std::string_view body = "", std::string_view extra = "");

}  // namespace clams::testing
