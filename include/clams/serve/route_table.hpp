// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/message.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clams::http {

class RouteCall;

/// Makes the answer to one request. May be entered by several threads at once. What it throws is
/// told to the client, as far as it is the client's business, by the route's `tell_failure`.
using RouteHandler = std::function<Response(const Request&, RouteCall&)>;

/// Why a request to a route has no answer of its handler.
struct RouteFailure {
  int status = 500;
  std::string message = {};                              ///< may be told
  std::optional<std::chrono::seconds> retry_after = {};  ///< when to come again
};

/// Who runs a route's handler.
enum class RouteLane {
  worker,  ///< a worker, in line with the annotate requests
  at_once  ///< the connection's own thread: for what takes no time
};

/// Something that an app answers over HTTP beside the CLAMS protocol.
struct Route {
  /// GET (HEAD is answered too), POST, PUT or DELETE; or `*`: what no other route answers, which
  /// is no reason to name a method in `Allow`.
  std::string method;
  std::string path;  ///< `/v1/models`, or with all that is below it `/v1/models/*`
  RouteHandler handler;
  RouteLane lane = RouteLane::worker;
  /// Puts failures into the form that the route's clients know; empty: `{"message": ...}`.
  std::function<Response(const RouteFailure&)> tell_failure = {};
};

/// The routes of an app.
///
///     RouteTable routes;
///     routes.add({.method = "POST", .path = "/v1/audio/transcriptions", .handler = transcribe});
///
/// Ownership: a value.
/// Threads: confined while it is filled, immutable afterwards.
/// Errors: `add` as stated.
class RouteTable {
 public:
  /// @throws Error usage for a method or path that cannot be served, or that is taken already.
  RouteTable& add(Route route);

  /// The route for the request; null if there is none.
  [[nodiscard]] const Route* find(std::string_view method, std::string_view path) const;

  /// Whether there is a route for some method of this path.
  [[nodiscard]] bool has(std::string_view path) const;

  /// What a path answers to, as the `Allow` header has it; empty: no route with a method is there.
  [[nodiscard]] std::string methods(std::string_view path) const;

  [[nodiscard]] const std::vector<Route>& routes() const noexcept { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace clams::http

#ifdef CLAMS_HEADER_ONLY
#include <clams/serve/impl/route_table.ipp>
#endif
