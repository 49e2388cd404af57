// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace whisper {

/// A file's bytes, read by the system when they are looked at. The file must not be written to
/// meanwhile; to replace it by another of the same name does no harm.
///
/// Ownership: owns the mapping, not the file descriptor, which is closed at once.
/// Threads: immutable.
/// Errors: the constructor throws clams::Error not_found if nothing is there, invalid_input for
///   what is not a regular file, io naming the call, the path and the system's reason.
class MappedFile {
 public:
  explicit MappedFile(std::filesystem::path path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  MappedFile(MappedFile&&) = delete;
  MappedFile& operator=(MappedFile&&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  /// Has the system begin to read all of it, instead of page by page as they are looked at.
  void read_ahead() const noexcept;
  /// Takes the pages that lie within `part` out of this process's memory; whoever looks at them
  /// again makes the system bring them back. Other memory than the file's is left alone.
  void forget(std::span<const std::byte> part) const noexcept;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  std::span<const std::byte> bytes_;
};

}  // namespace whisper
