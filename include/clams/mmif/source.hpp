// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>

#include <optional>
#include <span>
#include <string>

namespace clams {

/// How `make_source` reads the locations it is given.
struct SourceOptions {
  /// For locations that are not URIs.
  std::string scheme = "file";
  /// Put before the paths of files, which must then be relative. Must be absolute itself.
  std::optional<std::string> prefix = std::nullopt;
};

/// An MMIF with documents and no views, the start of a workflow. Each argument reads
/// `TYPE:LOCATION`: TYPE is `video`, `audio`, `text`, `image` or a MIME type that begins with one
/// of them; LOCATION is a path or a URI. Documents are called `d1`, `d2`, ... by the place of their
/// argument; blank arguments are skipped, but counted.
/// @throws Error usage naming the argument and what would be right.
[[nodiscard]] Mmif make_source(std::span<const std::string> arguments,
                               const SourceOptions& options = {});

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/mmif/impl/source.ipp>
#endif
