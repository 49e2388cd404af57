// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/request_head.hpp>

#include <httplib.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace clams::detail {

/// How long a connection waits for what.
struct ClientPatience {
  std::chrono::milliseconds head{10000};   ///< for a whole request head
  std::chrono::milliseconds read{30000};   ///< for the next bytes of a body
  std::chrono::milliseconds write{30000};  ///< for room to send
};

/// A client's socket as httplib reads it. The head of each request is taken in here, checked, and
/// given to httplib in a form of our making; bytes of the next request are kept for it.
///
/// Ownership: borrows the socket.
/// Threads: confined.
/// Errors: as httplib's streams: -1, 0 or fewer bytes.
class ClientStream final : public httplib::Stream {
 public:
  ClientStream(socket_t socket, ClientPatience patience) : socket_(socket), patience_(patience) {}

  enum class HeadState { whole, too_large, too_slow, client_left };

  /// Whether bytes of a request are there, or came within `patience`.
  [[nodiscard]] bool wait_for_request(std::chrono::milliseconds patience) {
    return is_readable() || fill(patience) == Fill::some;
  }

  /// Takes the next request's head out of the stream into `head`.
  [[nodiscard]] HeadState take_head(std::size_t limit, std::string& head) {
    const auto deadline = std::chrono::steady_clock::now() + patience_.head;
    forget_taken();
    while (head_length(pending_) == std::string::npos) {
      if (pending_.size() > limit) return HeadState::too_large;
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return HeadState::too_slow;
      const Fill got = fill(left);
      if (got == Fill::end) return HeadState::client_left;
    }
    const std::size_t length = head_length(pending_);
    if (length > limit) return HeadState::too_large;
    head = pending_.substr(0, length);
    pending_.erase(0, length);
    return HeadState::whole;
  }

  /// `head` is what httplib reads next.
  void put_back(std::string_view head) {
    forget_taken();
    pending_.insert(0, head);
  }

  /// Whether the last answer told the client that the connection ends.
  [[nodiscard]] bool said_close() const { return said_close_; }

  bool is_readable() const override { return taken_ < pending_.size(); }
  bool wait_readable() const override { return is_readable() || is_ready(POLLIN, patience_.read); }
  bool wait_writable() const override { return is_ready(POLLOUT, patience_.write); }
  bool is_peer_alive() const override { return wait_writable(); }
  socket_t socket() const override { return socket_; }
  time_t duration() const override { return 0; }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}

  ssize_t read(char* out, size_t size) override {
    if (!is_readable()) {
      forget_taken();
      if (fill(patience_.read) != Fill::some) return -1;
    }
    const std::size_t count = pending_.copy(out, size, taken_);
    taken_ += count;
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* bytes, size_t size) override {
    const std::string_view text{bytes, size};
    const auto head = text.substr(0, head_length(text));
    if (head.find("\r\nConnection: close\r\n") != std::string_view::npos) said_close_ = true;
    std::size_t sent = 0;
    while (sent < size) {
      if (!wait_writable()) return -1;
      const ssize_t count = ::send(socket_, bytes + sent, size - sent, MSG_NOSIGNAL);
      if (count < 0 && errno != EINTR && errno != EAGAIN) return -1;
      if (count > 0) sent += static_cast<std::size_t>(count);
    }
    return static_cast<ssize_t>(size);
  }

 private:
  enum class Fill { some, late, end };

  [[nodiscard]] bool is_ready(short events, std::chrono::milliseconds patience) const {
    pollfd waiting{.fd = socket_, .events = events, .revents = 0};
    int ready = -1;
    do {
      ready = ::poll(&waiting, 1, static_cast<int>(patience.count()));
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
  }

  [[nodiscard]] Fill fill(std::chrono::milliseconds patience) {
    if (!is_ready(POLLIN, patience)) return Fill::late;
    std::array<char, 16384> bytes;
    ssize_t count = -1;
    do {
      count = ::recv(socket_, bytes.data(), bytes.size(), 0);
    } while (count < 0 && errno == EINTR);
    if (count <= 0) return Fill::end;
    pending_.append(bytes.data(), static_cast<std::size_t>(count));
    return Fill::some;
  }

  void forget_taken() {
    pending_.erase(0, taken_);
    taken_ = 0;
  }

  socket_t socket_;
  ClientPatience patience_;
  std::string pending_;    // read from the socket
  std::size_t taken_ = 0;  // how much of it has been read on
  bool said_close_ = false;
};

/// Ends a connection so that the client can still read the answer although bytes of it were left
/// unread: closing at once would send a reset.
inline void linger_and_close(int socket) {
  constexpr int kRounds = 64;
  constexpr int kPatienceMs = 500;
  ::shutdown(socket, SHUT_WR);
  std::array<char, 16384> bytes;
  for (int round = 0; round < kRounds; ++round) {
    pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, kPatienceMs) <= 0) break;
    if (::recv(socket, bytes.data(), bytes.size(), 0) <= 0) break;
  }
  ::close(socket);
}

}  // namespace clams::detail
