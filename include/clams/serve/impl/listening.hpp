// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/server_options.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace clams::detail {

// As many may wait for being accepted as the kernel allows.
inline constexpr int kBacklog = 4096;
// Descriptors that connections leave to models, files and logs.
inline constexpr rlim_t kReservedDescriptors = 128;

[[noreturn]] inline void fail_to_listen(const std::string& address, const std::string& reason,
                                        const std::string& advice = "") {
  throw Error{ErrorCode::io, "cannot listen on " + address + ": " + reason + advice};
}

[[noreturn]] inline void fail_to_listen_by_errno(const std::string& address,
                                                 const std::string& advice = "") {
  fail_to_listen(address, std::generic_category().message(errno), advice);
}

/// A socket that is closed unless it is released.
class ListeningSocket {
 public:
  explicit ListeningSocket(int family)
      : socket_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;
  ListeningSocket(ListeningSocket&&) = delete;
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ~ListeningSocket() {
    if (socket_ >= 0) ::close(socket_);
  }

  /// @return whether it listens; errno says why not.
  [[nodiscard]] bool listen_at(const sockaddr* address, socklen_t length) const {
    const int yes = 1;
    return socket_ >= 0 && ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
           ::bind(socket_, address, length) == 0 && ::listen(socket_, kBacklog) == 0;
  }
  [[nodiscard]] int release() noexcept { return std::exchange(socket_, -1); }

 private:
  int socket_;
};

/// The address of a Unix socket. @throws Error usage if the path is too long for one.
inline sockaddr_un unix_address(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) {
    throw Error{ErrorCode::usage, "the socket path " + text + " is longer than " +
                                      std::to_string(sizeof address.sun_path - 1) + " characters"};
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

/// Whether a server answers at the address.
inline bool is_served(const sockaddr_un& address) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  const bool connected =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

/// Makes the socket file, for this user only. One that a killed server left behind is replaced.
inline int listen_at_path(const std::filesystem::path& path) {
  const sockaddr_un address = unix_address(path);
  std::error_code ignored;  // a path that cannot be asked about fails in bind, with the reason
  if (std::filesystem::is_socket(path, ignored) && !is_served(address)) {
    std::filesystem::remove(path, ignored);
  }
  ListeningSocket socket{AF_UNIX};
  const mode_t mask = ::umask(0077);
  const bool listens =
      socket.listen_at(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(mask);
  if (!listens) fail_to_listen_by_errno(path.string());
  return socket.release();
}

/// Listens at the first address of the host that can be had.
inline int listen_at_host(const http::ServerOptions& options) {
  const std::string port = std::to_string(options.port);
  const std::string name = options.host + ':' + port;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(options.host.c_str(), port.c_str(), &hints, &found);
  if (problem != 0) fail_to_listen(name, ::gai_strerror(problem));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, &::freeaddrinfo};
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    ListeningSocket socket{address->ai_family};
    if (socket.listen_at(address->ai_addr, address->ai_addrlen)) return socket.release();
  }
  fail_to_listen_by_errno(name, "; another port can be chosen with --port");
}

/// A socket that listens where the options say. The port may be shared with nobody.
inline int open_listener(const http::ServerOptions& options) {
  return options.unix_socket.empty() ? listen_at_host(options)
                                     : listen_at_path(options.unix_socket);
}

/// The port that a listening socket has got; 0 for a Unix socket.
inline int port_of(int listener) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return 0;
}

/// As many connections as are wished for and as this process may have descriptors for. The soft
/// limit is raised for them: it is low for the sake of programs that use select().
inline std::size_t possible_connections(std::size_t wished) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wished;
  const rlim_t needed = static_cast<rlim_t>(wished) + kReservedDescriptors;
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min(needed, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= needed) return wished;
  const rlim_t left = limit.rlim_cur > 2 * kReservedDescriptors
                          ? limit.rlim_cur - kReservedDescriptors
                          : limit.rlim_cur / 2;
  return static_cast<std::size_t>(left);
}

inline void remove_socket_file(const http::ServerOptions& options) {
  std::error_code ignored;  // a socket file left behind is replaced at the next start
  if (!options.unix_socket.empty()) std::filesystem::remove(options.unix_socket, ignored);
}

}  // namespace clams::detail
