// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/server_options.hpp>
#include <clams/util/error.hpp>

#include <httplib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace clams::detail {

[[noreturn]] inline void fail_to_listen(const std::string& address, const std::string& advice) {
  const std::string reason =
      errno != 0 ? std::generic_category().message(errno) : "it is not an address of this machine";
  throw Error{ErrorCode::io, "cannot listen on " + address + ": " + reason + advice};
}

/// Whether a server answers at the socket `path`.
inline bool is_served(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, text.data(), text.size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  const bool connected =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

/// Makes the socket file, for this user only. One that a killed server left behind is replaced.
inline void bind_unix_socket(httplib::Server& server, const std::filesystem::path& path) {
  constexpr std::size_t kLongest = sizeof(sockaddr_un::sun_path) - 1;
  if (path.string().size() > kLongest) {
    throw Error{ErrorCode::usage, "the socket path " + path.string() + " is longer than " +
                                      std::to_string(kLongest) + " characters"};
  }
  std::error_code ignored;  // a path that cannot be asked about fails in bind, with the reason
  if (std::filesystem::is_socket(path, ignored) && !is_served(path)) {
    std::filesystem::remove(path, ignored);
  }
  server.set_address_family(AF_UNIX);
  const mode_t mask = ::umask(0077);
  errno = 0;
  const bool bound = server.bind_to_port(path.string(), 1);
  ::umask(mask);
  if (!bound) fail_to_listen(path.string(), "");
}

/// Binds, and tells the port. Unlike httplib's own way, a port that is in use is an error, and not
/// shared with the other server.
inline int bind_server(httplib::Server& server, const http::ServerOptions& options) {
  if (!options.unix_socket.empty()) {
    bind_unix_socket(server, options.unix_socket);
    return 0;
  }
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  errno = 0;
  const int port = options.port == 0
                       ? server.bind_to_any_port(options.host)
                       : (server.bind_to_port(options.host, options.port) ? options.port : -1);
  if (port < 0) {
    fail_to_listen(options.host + ':' + std::to_string(options.port),
                   "; another port can be chosen with --port");
  }
  return port;
}

inline void remove_socket_file(const http::ServerOptions& options) {
  std::error_code ignored;  // a socket file left behind is replaced at the next start
  if (!options.unix_socket.empty()) std::filesystem::remove(options.unix_socket, ignored);
}

}  // namespace clams::detail
