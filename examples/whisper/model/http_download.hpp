// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace whisper {

/// What a server says about a file before it sends it, also on the way if it redirects.
struct RemoteFile {
  long status = 0;                         ///< of HTTP: 200, 404, ...
  std::optional<std::uint64_t> size = {};  ///< in bytes
  std::optional<std::string> sha256 = {};  ///< Hugging Face tells it for large files
  std::optional<std::string> commit = {};  ///< of the repository
};

/// A file to be downloaded, as far as it is not there yet.
struct Download {
  std::string url = {};
  std::filesystem::path part = {};  ///< what is there of it; bytes are added at its end
  /// Called now and then with the bytes that are there; false: stop.
  std::function<bool(std::uint64_t done)> go_on = {};
};

/// Whether this program can download at all.
[[nodiscard]] bool can_download() noexcept;

/// @throws clams::Error io if the server cannot be reached, unavailable if this program was built
///   without libcurl.
[[nodiscard]] RemoteFile ask_about(const std::string& url);

/// `part` holds the whole file afterwards, on the disk. A server that cannot send a file from its
/// middle sends all of it again.
/// @throws clams::Error io if the connection breaks, the disk is full, or the server refuses: what
///   came is kept in `part`; cancelled if `go_on` says so.
void download(const Download& job);

}  // namespace whisper
