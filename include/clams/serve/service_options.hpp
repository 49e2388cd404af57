// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/error_response.hpp>
#include <clams/util/bytes.hpp>
#include <clams/util/json_reader.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>

namespace clams::http {

/// How requests are answered, whatever brings them in.
struct ServiceOptions {
  std::size_t workers = 0;       ///< annotate requests that run side by side; 0: one per processor
  std::size_t queue_limit = 64;  ///< annotate requests that may wait for a worker
  Bytes max_body{1LL << 30U};    ///< larger bodies are answered 413
  int max_depth = JsonReader::kDepthLimit;  ///< of nested arrays and objects in an annotate body
  bool accept_gzip = false;                 ///< undo `Content-Encoding: gzip`, up to max_body
  ErrorStyle error_style = ErrorStyle::clams;
  std::filesystem::path token_file = {};                          ///< empty: no token is asked for
  std::optional<std::chrono::milliseconds> request_timeout = {};  ///< from arrival; none: no limit
  int memory_refusal_status = 503;  ///< 500 for clients that know no other
  bool warm_up = false;  ///< load the app's models first; until then requests are answered 503
  std::chrono::seconds retry_after{5};  ///< told to clients that are refused for lack of room
};

}  // namespace clams::http
