// SPDX-License-Identifier: Apache-2.0
#include "model/support/file_server.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace whisper::testing {

namespace {

void send_all(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the client has gone
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string read_request(int connection) {
  std::string request;
  std::array<char, 4096> piece{};
  while (request.find("\r\n\r\n") == std::string::npos) {
    const auto count = ::recv(connection, piece.data(), piece.size(), 0);
    if (count <= 0) break;
    request.append(piece.data(), static_cast<std::size_t>(count));
  }
  return request;
}

std::size_t range_start(const std::string& request) {
  constexpr std::string_view kRange = "Range: bytes=";
  const auto at = request.find(kRange);
  return at == std::string::npos ? 0 : std::stoul(request.substr(at + kRange.size()));
}

}  // namespace

FileServer::FileServer(std::map<std::string, ServedFile> files)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), files_(std::move(files)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (socket_ < 0 || ::bind(socket_, any, size) != 0 || ::listen(socket_, 8) != 0 ||
      ::getsockname(socket_, any, &size) != 0) {
    throw std::runtime_error("no server on this machine");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { serve(); }};
}

FileServer::~FileServer() {
  ::shutdown(socket_, SHUT_RDWR);  // ends the waiting for connections
  thread_.join();
  ::close(socket_);
}

std::string FileServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<std::string> FileServer::requests() const {
  const std::scoped_lock lock{mutex_};
  return requests_;
}

void FileServer::serve() {
  for (;;) {
    const int connection = ::accept(socket_, nullptr, nullptr);
    if (connection < 0) return;
    answer(connection);
    ::close(connection);
  }
}

void FileServer::answer(int connection) {
  const std::string request = read_request(connection);
  std::string body;
  const std::string head = response(request, body);
  send_all(connection, head);
  if (request.starts_with("GET")) send_all(connection, body);
}

std::string FileServer::response(const std::string& request, std::string& body) {
  const std::scoped_lock lock{mutex_};
  const auto end = request.find(" HTTP/");
  const std::string asked = request.substr(0, end);
  const std::size_t start = range_start(request);
  requests_.push_back(start == 0 ? asked : asked + " bytes=" + std::to_string(start) + "-");
  const std::string_view rest = "Connection: close\r\n\r\n";
  const auto found = files_.find(asked.substr(asked.find(' ') + 1));
  if (found == files_.end()) {
    return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n" + std::string{rest};
  }
  ServedFile& file = found->second;
  const bool partial = start != 0 && file.ranges;
  body = partial ? file.content.substr(start) : file.content;
  std::string head = partial ? "HTTP/1.1 206 Partial Content\r\n" : "HTTP/1.1 200 OK\r\n";
  head += "Content-Length: " + std::to_string(body.size()) + "\r\n" + file.headers;
  if (file.cut_after && request.starts_with("GET")) {
    body.resize(*file.cut_after);
    file.cut_after.reset();
  }
  return head + std::string{rest};
}

}  // namespace whisper::testing
