// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace whisper {

/// A regular file, open for reading at any place.
///
/// Ownership: owns the descriptor.
/// Threads: confined.
/// Errors: the constructor throws clams::Error not_found, or io if it is no regular file (a pipe
///   could hang for ever) or cannot be opened; `read_at` throws io. Messages begin with the name.
class SourceFile {
 public:
  SourceFile(const std::filesystem::path& path, std::string name);
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;
  SourceFile(SourceFile&&) = delete;
  SourceFile& operator=(SourceFile&&) = delete;
  ~SourceFile();

  [[nodiscard]] std::int64_t size() const noexcept { return size_; }

  /// Reads up to as many bytes as fit; fewer only at the end of the file.
  [[nodiscard]] std::size_t read_at(std::int64_t offset, std::span<std::byte> bytes) const;

 private:
  [[noreturn]] void fail(const char* call) const;

  std::string name_;
  int descriptor_;
  std::int64_t size_ = 0;
};

}  // namespace whisper
