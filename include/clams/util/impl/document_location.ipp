// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/document_location.hpp>
#include <clams/util/error.hpp>
#include <clams/util/uri.hpp>

#include <algorithm>
#include <utility>

namespace clams {

namespace detail {

/// A path without empty and `.` parts; two leading slashes are kept, as POSIX leaves them to the
/// system.
CLAMS_INLINE std::string tidy_absolute_path(std::string_view path) {
  const bool two_slashes = path.starts_with("//") && !path.starts_with("///");
  std::string result = two_slashes ? "/" : "";
  const std::size_t prefix = result.size();
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (!part.empty() && part != ".") result += '/' + std::string{part};
    at = end + 1;
  }
  if (result.size() == prefix) result += '/';
  return result;
}

}  // namespace detail

CLAMS_INLINE DocumentLocation parse_document_location(std::string_view text) {
  std::string uri{text};
  UriParts parts = split_uri(uri);
  if (parts.scheme.empty()) {
    if (!text.starts_with('/')) {
      throw Error{ErrorCode::invalid_input,
                  "document location \"" + uri +
                      "\" is neither a URI nor an absolute path (relative path can't be expressed "
                      "as a file URI)"};
    }
    uri = "file://" + percent_encode(detail::tidy_absolute_path(text));
    parts = split_uri(uri);
  }
  DocumentLocation location{
      std::move(uri), parts.scheme, parts.netloc + parts.path, parts.path, {}};
  if (parts.scheme == "file") location.file_path = percent_decode(parts.path);
  return location;
}

}  // namespace clams
