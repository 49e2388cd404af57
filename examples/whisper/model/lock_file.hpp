// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

namespace whisper {

/// Holds a lock that one process at a time can have, and that ends with it.
///
/// Ownership: owns the lock; the file stays.
/// Threads: confined.
/// Errors: the constructor throws clams::Error unavailable saying `what` by another process if the
///   lock is taken, and io if there can be no such file.
class LockFile {
 public:
  LockFile(const std::filesystem::path& path, std::string_view what);
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;
  LockFile(LockFile&&) = delete;
  LockFile& operator=(LockFile&&) = delete;

 private:
  int file_;
};

}  // namespace whisper
