// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/gate_connection.hpp>

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>

namespace clams::detail {

inline Peer peer_of_ipv4(const in_addr& address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address, text.data(), text.size());
  const bool is_local = (ntohl(address.s_addr) >> 24U) == 127;
  return {.client = text.data(), .is_local = is_local};
}

/// A client has a whole /64, so that is what it is counted by.
inline Peer peer_of_ipv6(in6_addr address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    in_addr inner{};
    std::memcpy(&inner, &address.s6_addr[12], sizeof inner);
    return peer_of_ipv4(inner);
  }
  const bool is_local = IN6_IS_ADDR_LOOPBACK(&address);
  std::memset(&address.s6_addr[8], 0, 8);
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &address, text.data(), text.size());
  return {.client = text.data(), .is_local = is_local};
}

/// Who is at the other end; a Unix socket has no address and is local.
inline Peer peer_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    return peer_of_ipv4(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  }
  if (address.ss_family == AF_INET6) {
    return peer_of_ipv6(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  }
  return {.client = {}, .is_local = true};
}

/// Answers leave at once; a Unix socket has no such setting, which does no harm.
inline void disable_delay(int socket) {
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

}  // namespace clams::detail
