// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace clams {

/// Which files `read_file` takes: a pipe or a device can hang or never end.
enum class FileKind { regular_only, any };

/// The calls that change files, so that tests can make any one of them fail.
///
/// Ownership: an interface; users borrow it.
/// Threads: implementations are thread-safe; hooks may be entered concurrently.
/// Errors: a hook that fails throws `Error` io naming the call, the path and the system's reason;
///   `read` of a file that is not there throws not_found.
class FileOps {
 public:
  FileOps() = default;
  FileOps(const FileOps&) = delete;
  FileOps& operator=(const FileOps&) = delete;
  FileOps(FileOps&&) = delete;
  FileOps& operator=(FileOps&&) = delete;
  virtual ~FileOps() = default;

  /// The whole content of a regular file.
  [[nodiscard]] virtual std::string read(const std::filesystem::path& path) = 0;

  /// `path` holds `text` afterwards, on the disk and not only in the page cache. An older file
  /// there is overwritten in place; a symbolic link there is refused.
  virtual void write_and_sync(const std::filesystem::path& path, std::string_view text) = 0;

  /// `target` is what `source` was; an older file there is replaced in one step.
  virtual void rename(const std::filesystem::path& source, const std::filesystem::path& target) = 0;

  /// Makes renames and removals in the folder survive a power cut.
  virtual void sync_directory(const std::filesystem::path& folder) = 0;

  /// The folder and its parents exist afterwards.
  virtual void create_directories(const std::filesystem::path& folder) = 0;

  /// Removes a file, as clean-up: does not throw.
  /// @return whether nothing is there afterwards.
  virtual bool remove(const std::filesystem::path& path) noexcept = 0;
};

/// The operating system's calls. Lives as long as the program.
[[nodiscard]] FileOps& real_file_ops();

/// The whole content of a file.
/// @throws Error not_found if there is none, io naming the call, the path and the system's reason.
[[nodiscard]] std::string read_file(const std::filesystem::path& path,
                                    FileKind kind = FileKind::regular_only);

/// `path` holds `text` afterwards, or what it held before if this throws: no reader ever sees a
/// part. A symbolic link at `path` is replaced by a file.
/// @throws Error io
void write_file_atomically(const std::filesystem::path& path, std::string_view text,
                           FileOps& ops = real_file_ops());

/// A new name in the same folder that no other process or thread uses: `.NAME.RANDOM.tmp`.
[[nodiscard]] std::filesystem::path unique_sibling(const std::filesystem::path& path);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/files.ipp>
#endif
