// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace clams::http {

/// What a server says of itself when it starts: which app, on which GPUs, and how their memory is
/// given out. One line each, for the log.
/// @param workers requests that run side by side at most.
[[nodiscard]] std::vector<std::string> startup_banner(const AppRunner& runner, std::size_t workers);

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/startup_banner.ipp>
#endif
