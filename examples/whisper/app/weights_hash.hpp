// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace whisper {

/// The hashes of models' weights, so that a transcript says what it was made with. Each model is
/// hashed once, beside the first work with it.
///
/// Ownership: owns the hashes; the destructor waits for those that are being taken.
/// Threads: thread-safe.
/// Errors: `of` throws what the function threw that takes the hash.
class WeightsHash {
 public:
  using Files = std::vector<std::filesystem::path>;
  using TakeHash = std::function<std::string(const Files&)>;

  /// Begins to hash, if nobody has; does not wait.
  void start(const Files& files, const TakeHash& take);

  /// The hash of the files; waits for it. To be started before.
  [[nodiscard]] std::string of(const Files& files) const;

 private:
  mutable std::mutex mutex_;  // guards known_
  std::map<Files, std::shared_future<std::string>> known_;
};

}  // namespace whisper
