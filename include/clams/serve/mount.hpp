// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/app_runner.hpp>
#include <clams/serve/service.hpp>
#include <clams/serve/service_options.hpp>

#include <string>

namespace httplib {
class Server;
}

namespace clams::http {

/// Puts an app, with its control endpoints, into an httplib server that you already have. Compile
/// with the httplib version that this library was built with.
///
///     httplib::Server server;
///     clams::http::mount(server, runner, {}, "/apps/hello");
///     server.listen("127.0.0.1", 8080);
///
/// httplib itself answers what never reaches a route: methods it does not know get its 400.
///
/// @param runner must outlive the server.
/// @param prefix empty, or a path such as `/apps/hello` of ASCII letters, digits, `/`, `-`, `_`.
/// @param routes of the app's own; below the prefix.
/// @return what answers the requests; it lives as long as the server.
/// @throws Error usage for a bad prefix or token file.
Service& mount(httplib::Server& server, const AppRunner& runner, ServiceOptions options = {},
               const std::string& prefix = "", RouteTable routes = {});

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/mount.ipp>
#endif
