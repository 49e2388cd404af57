// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/cli/detail/end_signals.hpp>
#include <clams/cli/exit_codes.hpp>
#include <clams/serve/route_table.hpp>
#include <clams/serve/server_options.hpp>

namespace clams::detail {

/// Serves until SIGTERM or SIGINT. The first lets running requests end within the drain timeout; a
/// second one asks them to stop, and ends the process a second later if they do not.
/// @return success if every request was answered by the app.
/// @throws Error io if the server cannot listen, usage for a bad option.
[[nodiscard]] ExitCode serve_command(const AppRunner& runner, const http::ServerOptions& options,
                                     const EndSignals& signals, http::RouteTable routes = {});

}  // namespace clams::detail

#ifdef CLAMS_HEADER_ONLY
#include <clams/cli/impl/serve_command.ipp>
#endif
