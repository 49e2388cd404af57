// SPDX-License-Identifier: Apache-2.0
// The least that an httplib server can do: gives each body back. What ours is measured against.
//
//     http_echo PORT
#include <httplib.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

int main(int argc, char** argv) {
  const int port = argc == 2 ? std::atoi(argv[1]) : 0;
  if (port < 1 || port > 65535) {
    const bool is_asked = argc == 2 && std::string_view{argv[1]} == "--help";
    (is_asked ? std::cout : std::cerr) << "usage: http_echo PORT\n";
    return is_asked ? 0 : 2;
  }
  httplib::Server server;
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1000000);
  server.Post("/", [](const httplib::Request& request, httplib::Response& response) {
    response.set_content(request.body, "application/json");
  });
  server.Get("/", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("ready", "text/plain");
  });
  return server.listen("127.0.0.1", port) ? 0 : 1;
}
