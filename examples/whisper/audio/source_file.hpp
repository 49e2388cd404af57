// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace whisper {

/// A source, open for reading at any place: a regular file, or bytes in memory.
///
/// Ownership: owns the file that it opens; borrows one that was open, and bytes.
/// Threads: confined.
/// Errors: the constructor throws clams::Error not_found, or io if it is no regular file (a pipe
///   could hang for ever) or cannot be opened; `read_at` throws io. Messages begin with the name.
class SourceFile {
 public:
  SourceFile(const AudioSource& source, std::string name);
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;
  SourceFile(SourceFile&&) = delete;
  SourceFile& operator=(SourceFile&&) = delete;
  ~SourceFile() = default;

  [[nodiscard]] std::int64_t size() const noexcept { return size_; }

  /// Reads up to as many bytes as fit; fewer only at the end of the file.
  [[nodiscard]] std::size_t read_at(std::int64_t offset, std::span<std::byte> bytes) const;

 private:
  std::string name_;
  std::optional<std::span<const std::byte>> bytes_;
  std::optional<clams::MediaFile> own_;
  const clams::MediaFile* file_ = nullptr;  // none if it is bytes
  std::int64_t size_ = 0;
};

}  // namespace whisper
