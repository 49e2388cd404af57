// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace whisper::testing {

/// A file as the server has it.
struct ServedFile {
  std::string content = {};
  std::string headers = {};                   ///< each with its line end
  std::optional<std::size_t> cut_after = {};  ///< the connection breaks there, the first time
  bool ranges = true;                         ///< whether it can send a file from its middle
};

/// An HTTP server on this machine, for one request a connection.
///
/// Ownership: owns its thread and its socket.
/// Threads: thread-safe once started.
/// Errors: the constructor throws std::runtime_error.
class FileServer {
 public:
  explicit FileServer(std::map<std::string, ServedFile> files);
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;
  FileServer(FileServer&&) = delete;
  FileServer& operator=(FileServer&&) = delete;
  ~FileServer();

  /// `http://127.0.0.1:PORT`
  [[nodiscard]] std::string url() const;

  /// `GET /path`, with ` bytes=7-` if a range was asked for; in their order.
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  void serve();
  void answer(int connection);
  [[nodiscard]] std::string response(const std::string& request, std::string& body);

  int socket_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;  // guards files_ and requests_
  std::map<std::string, ServedFile> files_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace whisper::testing
