// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace clams {

/// The parts of a URI as they are written, nothing decoded; the scheme is in lower case. Parts that
/// are missing are empty.
struct UriParts {
  std::string scheme;
  std::string netloc;  ///< `user@host:80`, what stands between `//` and the path
  std::string path;
  std::string query;
  std::string fragment;
};

/// Splits a URI reference at its delimiters. Never fails: text without a scheme is all path.
/// Leading blanks and control characters, and all tabs and line breaks, are dropped first.
[[nodiscard]] UriParts split_uri(std::string_view text);

/// `text` with `%41` and its like replaced by the bytes they mean; broken escapes stay as written.
/// The result may hold any byte.
[[nodiscard]] std::string percent_decode(std::string_view text);

/// `text` with every byte but ASCII letters, digits, `_.-~` and those in `safe` percent-encoded.
[[nodiscard]] std::string percent_encode(std::string_view text, std::string_view safe = "/");

/// An http or https URL as a browser shows it: scheme and host in lower case, default port dropped,
/// an empty path is `/`, `.` and `..` resolved, blanks, non-ASCII and unsafe characters
/// percent-encoded.
/// @throws Error invalid_metadata if `text` is no http(s) URL with a host in ASCII.
[[nodiscard]] std::string normalize_url(std::string_view text);

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/util/impl/uri.ipp>
#endif
