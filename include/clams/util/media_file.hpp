// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace clams {

/// An open file that has been checked: a regular one, so that reading it ends and never waits for
/// somebody. What stands at its path meanwhile does not matter any more.
///
/// Ownership: owns the descriptor.
/// Threads: const members are thread-safe, as they share no position; the others confined.
/// Errors: throws Error io naming the call, the path and the system's reason.
class MediaFile {
 public:
  /// @param path where it was opened, for messages.
  MediaFile(int descriptor, std::filesystem::path path) noexcept
      : descriptor_(descriptor), path_(std::move(path)) {}
  MediaFile(MediaFile&& other) noexcept;
  MediaFile& operator=(MediaFile&& other) noexcept;
  MediaFile(const MediaFile&) = delete;
  MediaFile& operator=(const MediaFile&) = delete;
  ~MediaFile();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// Gives the descriptor away: the caller closes it.
  [[nodiscard]] int release() noexcept;

  /// Where it was opened; what is there now may be another file.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// A path that leads to this very file in this process, as long as it is open: for libraries that
  /// take no descriptors. For a child process, pass the descriptor on.
  [[nodiscard]] std::filesystem::path path_by_descriptor() const;

  [[nodiscard]] std::int64_t size() const;

  /// Reads up to as many bytes as fit; fewer only at the end of the file.
  [[nodiscard]] std::size_t read_at(std::int64_t offset, std::span<std::byte> bytes) const;

  /// The whole content.
  [[nodiscard]] std::string read() const;

  /// Appends at the descriptor's position.
  void write(std::string_view text);

 private:
  [[noreturn]] void fail(const char* call) const;

  int descriptor_;
  std::filesystem::path path_;
};

/// Opens a regular file for reading. Pipes, devices and the files in which the kernel tells of
/// itself (`/proc`, `/sys`) are refused, without waiting for them.
/// @throws Error not_found, or io
[[nodiscard]] MediaFile open_media_file(const std::filesystem::path& path);

/// A file without a name, for reading and writing, in the folder for temporary files ($TMPDIR). It
/// is gone when it is closed, however the process ends.
/// @throws Error io
[[nodiscard]] MediaFile make_temporary_file();

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/media_file.ipp>
#endif
