// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace clams::http {

/// What clients are granted before their requests are whole, and while they take their answers.
/// The defaults let a slow but honest line through and cost a bad client its connection.
struct GateOptions {
  std::size_t max_connections = 10000;     ///< the longest idle one makes room for one more
  std::size_t max_per_client = 0;          ///< of one address (IPv6: of one /64); 0: no limit
  std::size_t max_head = 16384;            ///< bytes of a request's head
  std::size_t max_target = 8192;           ///< bytes of its target
  std::size_t max_fields = 100;            ///< header fields in it
  std::chrono::milliseconds idle{60000};   ///< between requests
  std::chrono::milliseconds head{10000};   ///< for a whole request head, from its first byte
  std::chrono::milliseconds body{600000};  ///< for a whole body
  std::chrono::milliseconds stall{
      30000};                  ///< without a byte of a body, or of an answer being taken
  std::size_t slowest = 1024;  ///< bytes a second, from `slow_grace` on
  std::chrono::milliseconds slow_grace{10000};
  std::size_t max_buffered = std::size_t{4} << 30U;  ///< bytes of all unfinished bodies together
};

}  // namespace clams::http
