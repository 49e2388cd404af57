// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/document_location.hpp>
#include <clams/util/media_file.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace clams {

/// What the locations of documents may name.
struct MediaOptions {
  /// Folders: files must be in them, or deeper. Empty, or `/` among them: any file of this user.
  std::vector<std::filesystem::path> roots = {};
  /// Beginnings of URLs that apps may fetch, such as `https://media.example.org/`. Empty: none.
  std::vector<std::string> urls = {};
  /// If set, no file may be opened; this says what to do about it.
  std::string closed_because = {};
  /// How paths are followed: by one call of the kernel, or part by part where it has no such call.
  enum class Walk { by_kernel, by_parts } walk = Walk::by_kernel;
};

/// Opens the files that clients name, and makes those that apps write for them: below the media
/// roots and nowhere else, whatever links and `..` a path holds, and whoever changes folders
/// meanwhile. Within a root, links may lead to places below it; absolute links lead nowhere. Where
/// the kernel lacks openat2 (before Linux 5.6), no links are followed at all.
///
/// Ownership: a handle; copies share the open roots. A root is the folder that was there when the
///   handle was made, even if it is renamed.
/// Threads: immutable.
/// Errors: `open`, `create` and `url` throw Error not_found, io or invalid_input; what lies outside
///   of the roots is told in the same words as what is not there.
class MediaAccess {
 public:
  /// Any regular file of this user, and no URL.
  MediaAccess() = default;

  /// @throws Error usage for a root that is no folder, or a beginning of a URL without a scheme.
  explicit MediaAccess(MediaOptions options);

  /// Opens the regular file that a location names.
  [[nodiscard]] MediaFile open(const DocumentLocation& location) const;
  /// The same for an absolute path.
  [[nodiscard]] MediaFile open(const std::filesystem::path& path) const;

  /// Makes a new file at an absolute path, for reading and writing. One that is there already, or a
  /// link, is an error; folders must be there.
  [[nodiscard]] MediaFile create(const std::filesystem::path& path) const;

  /// The location as a URL that the app may fetch itself. `file:` is none.
  /// @throws Error invalid_input unless it begins with one that is allowed
  [[nodiscard]] std::string url(const DocumentLocation& location) const;

 private:
  struct State;

  [[nodiscard]] MediaFile open_below(const std::filesystem::path& path, int flags) const;

  std::shared_ptr<const State> state_;  // null: any file, no URL
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/media_access.ipp>
#endif
