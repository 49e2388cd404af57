// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/config.hpp>
#include <clams/util/detail/path_walk.hpp>
#include <clams/util/error.hpp>
#include <clams/util/impl/media_file.ipp>
#include <clams/util/media_access.hpp>
#include <clams/util/uri.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <strings.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace clams {

namespace detail {

/// A media root, open: the paths that clients may call it by, and the folder itself.
struct MediaRoot {
  std::vector<std::string> as_given;
  std::vector<std::string> real;
  std::shared_ptr<const MediaFile> folder;
};

CLAMS_INLINE MediaRoot open_media_root(const std::filesystem::path& root) {
  std::error_code problem;
  const auto real = std::filesystem::canonical(root, problem);
  const int folder = problem ? -1 : ::open(real.c_str(), kFolderFlags);
  if (folder < 0) {
    throw Error{
        ErrorCode::usage,
        "media root '" + root.string() + "' is not a folder: " +
            (problem ? problem : std::error_code{errno, std::generic_category()}).message()};
  }
  return {path_parts(std::filesystem::absolute(root).lexically_normal()), path_parts(real),
          std::make_shared<const MediaFile>(folder, real)};
}

/// What of `path` is below `root`; nothing if it does not begin with it.
CLAMS_INLINE std::optional<std::vector<std::string>> parts_below(
    const std::vector<std::string>& path, const std::vector<std::string>& root) {
  const auto [in_root, in_path] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  if (in_root != root.end() || in_path == path.end()) return std::nullopt;
  return std::vector<std::string>{in_path, path.end()};
}

CLAMS_INLINE UriParts parse_allowed_url(const std::string& text) {
  UriParts parts = split_uri(text);
  if (!parts.scheme.empty() && parts.scheme != "file") return parts;
  throw Error{ErrorCode::usage, "'" + text +
                                    "' is not the beginning of a URL such as "
                                    "https://media.example.org/"};
}

// A `..`, a back slash or an escaped one may mean another place to a server.
CLAMS_INLINE bool may_climb(std::string_view path) {
  const std::string decoded = '/' + percent_decode(path) + '/';
  return decoded.find("/../") != std::string::npos || decoded.find('\\') != std::string::npos;
}

CLAMS_INLINE bool begins_with(const UriParts& url, const UriParts& allowed) {
  if (url.scheme != allowed.scheme) return false;
  if (allowed.netloc.empty()) return true;
  const bool in_path =
      url.path.starts_with(allowed.path) &&
      (allowed.path.empty() || allowed.path.ends_with('/') ||
       url.path.size() == allowed.path.size() || url.path[allowed.path.size()] == '/');
  return url.netloc == allowed.netloc && in_path && !may_climb(url.path);
}

CLAMS_INLINE bool is_this_machine(const DocumentLocation& location) {
  const std::string host = split_uri(location.uri).netloc;
  return host.empty() || ::strcasecmp(host.c_str(), "localhost") == 0;
}

/// What lies outside of the roots is not told apart from what is not there.
[[noreturn]] CLAMS_INLINE void fail_below_roots(const std::filesystem::path& path, int reason) {
  constexpr std::array kNotOfThePath{EMFILE, ENFILE, ENOMEM, EIO, EEXIST, ENOSPC, EROFS};
  const bool is_told =
      std::find(kNotOfThePath.begin(), kNotOfThePath.end(), reason) != kNotOfThePath.end();
  if (is_told) {
    throw Error{ErrorCode::io,
                "open " + path.string() + ": " + std::generic_category().message(reason)};
  }
  throw Error{
      ErrorCode::not_found,
      "open " + path.string() + ": there is no such file below the media roots of this app"};
}

}  // namespace detail

struct MediaAccess::State {
  explicit State(MediaOptions given) : options(std::move(given)) {
    const auto& named = options.roots;
    is_open_to_all = named.empty() || std::find(named.begin(), named.end(), "/") != named.end();
    for (const auto& root : named) roots.push_back(detail::open_media_root(root));
    for (const std::string& url : options.urls) urls.push_back(detail::parse_allowed_url(url));
    by_kernel = options.walk == MediaOptions::Walk::by_kernel && detail::has_openat2();
  }

  [[nodiscard]] int open(const detail::MediaRoot& root, const std::vector<std::string>& parts,
                         int flags) const noexcept {
    const int folder = root.folder->descriptor();
    return by_kernel ? detail::open_below_by_kernel(folder, parts, flags)
                     : detail::open_below_by_parts(folder, parts, flags);
  }

  MediaOptions options;
  std::vector<detail::MediaRoot> roots;
  std::vector<UriParts> urls;
  bool is_open_to_all = false;
  bool by_kernel = false;
};

CLAMS_INLINE MediaAccess::MediaAccess(MediaOptions options)
    : state_(std::make_shared<const State>(std::move(options))) {}

CLAMS_INLINE MediaFile MediaAccess::open(const DocumentLocation& location) const {
  if (!location.file_path) {
    throw Error{ErrorCode::not_found,
                location.uri + ": it is not on this machine; file:// locations can be read"};
  }
  if (!detail::is_this_machine(location)) {
    throw Error{ErrorCode::not_found, location.uri + ": it is on another machine; write file:///"};
  }
  return open(std::filesystem::path{*location.file_path});
}

CLAMS_INLINE MediaFile MediaAccess::open(const std::filesystem::path& path) const {
  return open_below(path, detail::kMediaFlags);
}

CLAMS_INLINE MediaFile MediaAccess::create(const std::filesystem::path& path) const {
  return open_below(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC);
}

CLAMS_INLINE MediaFile MediaAccess::open_below(const std::filesystem::path& path, int flags) const {
  if (state_ && !state_->options.closed_because.empty()) {
    throw Error{ErrorCode::invalid_input,
                "open " + path.string() + ": " + state_->options.closed_because};
  }
  if (!path.is_absolute() || path.native().find('\0') != std::string::npos) {
    throw Error{ErrorCode::invalid_input, "the path of a file must be absolute, without a NUL"};
  }
  if (!state_ || state_->is_open_to_all) {
    const int descriptor = ::open(path.c_str(), flags, detail::kNewFileMode);
    if (descriptor >= 0) return detail::checked_media_file(descriptor, path);
    throw Error{errno == ENOENT || errno == ENOTDIR ? ErrorCode::not_found : ErrorCode::io,
                "open " + path.string() + ": " + std::generic_category().message(errno)};
  }
  int reason = ENOENT;
  const auto parts = detail::path_parts(path);
  for (const detail::MediaRoot& root : state_->roots) {
    auto below = detail::parts_below(parts, root.as_given);
    if (!below) below = detail::parts_below(parts, root.real);
    const int descriptor = below ? state_->open(root, *below, flags) : -1;
    if (descriptor >= 0) return detail::checked_media_file(descriptor, path);
    if (below) reason = errno;
  }
  detail::fail_below_roots(path, reason);
}

CLAMS_INLINE std::string MediaAccess::url(const DocumentLocation& location) const {
  const UriParts parts = split_uri(location.uri);
  if (state_ && std::any_of(state_->urls.begin(), state_->urls.end(), [&](const UriParts& allowed) {
        return detail::begins_with(parts, allowed);
      })) {
    return location.uri;
  }
  throw Error{ErrorCode::invalid_input,
              location.uri + ": this app may not fetch it; --media-url says what it may"};
}

}  // namespace clams
