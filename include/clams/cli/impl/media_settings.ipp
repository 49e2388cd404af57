// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/media_settings.hpp>
#include <clams/util/config.hpp>

namespace clams::detail {

CLAMS_INLINE MediaOptions media_options(const Settings& settings) {
  MediaOptions options;
  for (const std::string& root : settings.list("media-root", kMediaRootSeparator)) {
    options.roots.emplace_back(root);
  }
  options.urls = settings.list("media-url", kMediaUrlSeparator);
  return options;
}

CLAMS_INLINE bool is_for_this_machine(const http::ServerOptions& server) {
  return !server.unix_socket.empty() || server.host == "localhost" || server.host == "::1" ||
         server.host.starts_with("127.");
}

CLAMS_INLINE MediaOptions served_media(const Settings& settings,
                                       const http::ServerOptions& server) {
  MediaOptions options = media_options(settings);
  if (options.roots.empty() && !is_for_this_machine(server)) {
    options.closed_because =
        "other machines can reach this server, so it opens no files unless it is told which: start "
        "it with --media-root FOLDER or CLAMS_MEDIA_ROOT=FOLDER (--media-root / for all)";
  }
  return options;
}

}  // namespace clams::detail
