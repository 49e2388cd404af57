// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/cli/detail/settings.hpp>
#include <clams/serve/server_options.hpp>
#include <clams/util/media_access.hpp>

namespace clams::detail {

inline constexpr char kMediaRootSeparator = ':';  // as in PATH
inline constexpr char kMediaUrlSeparator = ' ';   // the one sign that no URL holds

/// The files and URLs that documents may name, as they were set.
[[nodiscard]] MediaOptions media_options(const Settings& settings);

/// The same for a server: one that other machines can reach opens no file unless roots are set.
[[nodiscard]] MediaOptions served_media(const Settings& settings,
                                        const http::ServerOptions& server);

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/media_settings.ipp>
#endif
