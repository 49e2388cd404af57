// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace whisper {

/// The SHA-256 of models' weights, so that a transcript says what it was made with. Each model is
/// hashed once, beside the first work with it.
///
/// Ownership: owns the hashes; the destructor waits for those that are being taken.
/// Threads: thread-safe.
/// Errors: `of` throws clams::Error io or not_found if a file cannot be read.
class WeightsHash {
 public:
  using Files = std::vector<std::filesystem::path>;

  /// Begins to hash, if nobody has; does not wait.
  void start(const Files& files);

  /// The hash of all files, one after the other, in lower-case hex; waits for it.
  [[nodiscard]] std::string of(const Files& files);

 private:
  std::mutex mutex_;  // guards known_
  std::map<Files, std::shared_future<std::string>> known_;
};

/// The SHA-256 of files, one after the other, never more than a piece of them in memory.
[[nodiscard]] std::string hash_files(const WeightsHash::Files& files);

}  // namespace whisper
