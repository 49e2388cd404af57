// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace clams {

/// Where a document's file is, taken from its `location` property.
struct DocumentLocation {
  std::string uri;                       ///< as it is written into MMIF: always with a scheme
  std::string scheme;                    ///< in lower case: `file`, `https`, ...
  std::string address;                   ///< host and path as written in the URI: `u@h:80/p`
  std::string url_path;                  ///< the path as written in the URI
  std::optional<std::string> file_path;  ///< of `file` only: the percent-decoded path, to be opened
};

/// Understands a `location`. Text without a scheme must be an absolute path and becomes a `file://`
/// URI (`/a b` -> `file:///a%20b`); URIs are kept as they are.
/// @throws Error invalid_input if `text` is empty or a relative path.
[[nodiscard]] DocumentLocation parse_document_location(std::string_view text);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/document_location.ipp>
#endif
