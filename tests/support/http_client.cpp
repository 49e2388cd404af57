// SPDX-License-Identifier: Apache-2.0
#include "support/http_client.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace clams::testing {

namespace {

constexpr int kPatienceMs = 10000;

int connect_to(const sockaddr* address, socklen_t size) {
  const int socket = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || ::connect(socket, address, size) != 0) {
    const std::string reason = std::strerror(errno);
    if (socket >= 0) ::close(socket);
    throw std::runtime_error{"connect: " + reason};
  }
  return socket;
}

HttpAnswer parse_head(std::string_view head) {
  HttpAnswer answer;
  answer.status = std::stoi(std::string{head.substr(head.find(' ') + 1, 3)});
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty() && head.substr(0, 2) != "\r\n") {
    const auto line = head.substr(0, head.find("\r\n"));
    std::string name{line.substr(0, line.find(':'))};
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    answer.headers[name] = line.substr(line.find(':') + 2);
    head.remove_prefix(line.size() + 2);
  }
  return answer;
}

}  // namespace

HttpClient::HttpClient(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socket_ = connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

HttpClient::HttpClient(const std::filesystem::path& unix_socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = unix_socket.string();
  std::memcpy(address.sun_path, path.data(), path.size());
  socket_ = connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

HttpClient::~HttpClient() { ::close(socket_); }

void HttpClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has refused the rest; its answer says why
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool HttpClient::fill() {
  pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, kPatienceMs) <= 0) throw std::runtime_error{"the server sends nothing"};
  std::array<char, 65536> bytes;
  const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  pending_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

HttpAnswer HttpClient::receive_head() {
  while (pending_.find("\r\n\r\n") == std::string::npos) {
    if (!fill()) throw std::runtime_error{"the connection ended before an answer came"};
  }
  const auto length = pending_.find("\r\n\r\n") + 4;
  HttpAnswer answer = parse_head(pending_.substr(0, length));
  pending_.erase(0, length);
  return answer;
}

HttpAnswer HttpClient::receive() {
  HttpAnswer answer = receive_head();
  const std::size_t length = std::stoul(answer.headers.at("content-length"));
  while (pending_.size() < length) {
    if (!fill()) throw std::runtime_error{"the answer is cut short"};
  }
  answer.body = pending_.substr(0, length);
  pending_.erase(0, length);
  return answer;
}

std::string HttpClient::receive_bytes(std::size_t count) {
  while (pending_.size() < count) {
    if (!fill()) throw std::runtime_error{"the connection ended too early"};
  }
  std::string bytes = pending_.substr(0, count);
  pending_.erase(0, count);
  return bytes;
}

std::string HttpClient::read_to_end() {
  while (fill()) continue;
  return std::exchange(pending_, {});
}

bool HttpClient::is_closed_by_server() { return pending_.empty() && !fill(); }

std::string http_request(std::string_view method, std::string_view target, std::string_view body,
                         std::string_view extra) {
  std::string text{method};
  text.append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(extra);
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text.append("\r\n").append(body);
}

HttpAnswer ask(int port, std::string_view method, std::string_view target, std::string_view body,
               std::string_view extra) {
  HttpClient client{port};
  client.send(http_request(method, target, body, extra));
  return method == "HEAD" ? client.receive_head() : client.receive();
}

}  // namespace clams::testing
