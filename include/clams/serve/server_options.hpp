// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/gate_options.hpp>
#include <clams/serve/service_options.hpp>

#include <chrono>
#include <filesystem>
#include <string>

namespace clams::http {

/// Where a server listens, and how it ends.
struct ServerOptions {
  std::string host = "127.0.0.1";          ///< `0.0.0.0` makes it reachable from other machines
  int port = 5000;                         ///< 0: a free one, which `Server::port` tells
  std::filesystem::path unix_socket = {};  ///< if set: listen there instead of on a port
  std::chrono::milliseconds drain_timeout{30000};  ///< for running requests, once asked to stop
  GateOptions gate = {};
  ServiceOptions service = {};
};

}  // namespace clams::http
