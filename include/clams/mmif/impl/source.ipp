// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/source.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/uri.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace clams {
namespace detail {

inline constexpr std::array kMediaTypes{
    std::pair<std::string_view, VocabularyType>{"video", types::kVideoDocument},
    std::pair<std::string_view, VocabularyType>{"audio", types::kAudioDocument},
    std::pair<std::string_view, VocabularyType>{"text", types::kTextDocument},
    std::pair<std::string_view, VocabularyType>{"image", types::kImageDocument},
};

[[noreturn]] CLAMS_INLINE void bad_source(const std::string& why, std::string_view given) {
  throw Error(ErrorCode::usage, why + "; given \"" + std::string{given} + "\"");
}

/// The document type of a MIME type, by the part before the slash; null if it is none of ours.
CLAMS_INLINE const VocabularyType* media_type(std::string_view mime) {
  const std::string_view family = mime.substr(0, mime.find('/'));
  for (const auto& [name, type] : kMediaTypes) {
    if (name == family) return &type;
  }
  return nullptr;
}

CLAMS_INLINE std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The path without empty and `.` parts; `..` stays, because it may lead through a link.
CLAMS_INLINE std::string tidy_path(std::string_view path) {
  std::string tidy;
  const bool absolute = path.starts_with('/');
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (absolute || !tidy.empty()) tidy += '/';
    tidy += part;
  }
  return absolute && tidy.empty() ? "/" : tidy;
}

/// A path as it goes into a URI: what would end the path or start an escape there is encoded.
CLAMS_INLINE std::string path_in_uri(std::string_view path) {
  std::string encoded;
  for (const char c : path) {
    const bool ambiguous = c == '%' || c == '?' || c == '#';
    encoded += ambiguous ? percent_encode(std::string_view{&c, 1}) : std::string{c};
  }
  return encoded;
}

CLAMS_INLINE std::string file_uri(const std::string& path, const SourceOptions& options) {
  const bool absolute = path.starts_with('/');
  if (options.prefix && absolute) {
    bad_source("when a prefix is used, the location of a file must not be an absolute path", path);
  }
  if (!options.prefix && !absolute) {
    bad_source("the location of a file must be an absolute path, or a prefix must be used", path);
  }
  return "file://" + (absolute ? path : tidy_path(*options.prefix + "/" + path));
}

CLAMS_INLINE std::string source_uri(std::string_view location, const SourceOptions& options) {
  const UriParts parts = split_uri(location);
  if (parts.scheme == "file") return file_uri(tidy_path(parts.path), options);
  if (!parts.scheme.empty()) return std::string{location};
  if (options.scheme != "file") return options.scheme + "://" + std::string{location};
  return file_uri(path_in_uri(tidy_path(location)), options);
}

CLAMS_INLINE void add_source_document(Mmif& mmif, std::string_view argument, std::size_t number,
                                      const SourceOptions& options) {
  const std::size_t colon = argument.find(':');
  const std::string_view mime = argument.substr(0, colon);
  const VocabularyType* const type = media_type(mime);
  if (colon == std::string_view::npos || type == nullptr) {
    bad_source(
        "Invalid MIME type: expected TYPE:LOCATION with a TYPE of video, audio, text or "
        "image, or a MIME type that begins with one",
        argument);
  }
  const std::string_view location = argument.substr(colon + 1);
  if (location.empty()) bad_source("a document needs a location", argument);
  mmif.add_document(*type, source_uri(location, options), std::string{mime},
                    "d" + std::to_string(number));
}

}  // namespace detail

CLAMS_INLINE Mmif make_source(std::span<const std::string> arguments,
                              const SourceOptions& options) {
  if (options.prefix && !options.prefix->starts_with('/')) {
    detail::bad_source("the prefix must be an absolute path", *options.prefix);
  }
  Mmif mmif;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = detail::without_blanks(arguments[i]);
    if (!argument.empty()) detail::add_source_document(mmif, argument, i + 1, options);
  }
  return mmif;
}

}  // namespace clams
