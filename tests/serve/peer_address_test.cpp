// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/impl/peer_address.hpp>

#include <cstring>
#include <string>

using clams::detail::Peer;

namespace {

Peer peer(const std::string& text) {
  sockaddr_storage storage{};
  auto& four = reinterpret_cast<sockaddr_in&>(storage);
  auto& six = reinterpret_cast<sockaddr_in6&>(storage);
  if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    storage.ss_family = AF_INET;
  } else {
    REQUIRE(::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1);
    storage.ss_family = AF_INET6;
  }
  return clams::detail::peer_of(storage);
}

}  // namespace

TEST_CASE("a client is its address, with IPv6 its network", "[serve]") {
  CHECK(peer("192.0.2.1").client == "192.0.2.1");
  CHECK(peer("192.0.2.1").client != peer("192.0.2.2").client);
  CHECK(peer("2001:db8:1:2::1").client == peer("2001:db8:1:2:ffff::7").client);
  CHECK(peer("2001:db8:1:2::1").client != peer("2001:db8:1:3::1").client);
  CHECK(peer("::ffff:192.0.2.1").client == "192.0.2.1");
}

TEST_CASE("who is on this machine is known by the address", "[serve]") {
  CHECK(peer("127.0.0.1").is_local);
  CHECK(peer("127.9.9.9").is_local);
  CHECK(peer("::1").is_local);
  CHECK(peer("::ffff:127.0.0.1").is_local);
  CHECK_FALSE(peer("192.0.2.127").is_local);
  CHECK_FALSE(peer("2001:db8::1").is_local);
}
