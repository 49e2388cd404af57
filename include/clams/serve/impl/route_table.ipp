// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/detail/known_paths.hpp>
#include <clams/serve/route_table.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace clams {

namespace detail {

inline constexpr std::array<std::string_view, 5> kRouteMethods{"*", "DELETE", "GET", "POST", "PUT"};

CLAMS_INLINE bool is_plain_route_path(std::string_view path) {
  if (path.ends_with("/*")) path.remove_suffix(2);
  const bool plain = std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"/-_.~"}.find(c) != std::string_view::npos;
  });
  return plain && path.starts_with('/') && path.find("//") == std::string_view::npos;
}

CLAMS_INLINE bool is_route_to(const http::Route& route, std::string_view path) {
  const std::string_view pattern = route.path;
  if (!pattern.ends_with('*')) return pattern == path;
  return path.size() >= pattern.size() && path.starts_with(pattern.substr(0, pattern.size() - 1));
}

CLAMS_INLINE bool is_route_for(const http::Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

}  // namespace detail

namespace http {

CLAMS_INLINE RouteTable& RouteTable::add(Route route) {
  const std::string name = route.method + ' ' + route.path;
  const auto& methods = detail::kRouteMethods;
  if (std::find(methods.begin(), methods.end(), route.method) == methods.end()) {
    throw Error{ErrorCode::usage,
                "route " + name + ": the method is not GET, POST, PUT, DELETE or *"};
  }
  if (!detail::is_plain_route_path(route.path) || detail::is_known_path(route.path)) {
    throw Error{ErrorCode::usage, "route " + name +
                                      ": the path must be one such as /v1/models or /v1/models/*, "
                                      "and none that every app answers at"};
  }
  const bool taken = std::any_of(routes_.begin(), routes_.end(), [&](const Route& known) {
    return known.path == route.path && known.method == route.method;
  });
  if (taken || !route.handler) {
    throw Error{ErrorCode::usage,
                "route " + name + (taken ? " is there already" : " has no handler")};
  }
  routes_.push_back(std::move(route));
  return *this;
}

CLAMS_INLINE const Route* RouteTable::find(std::string_view method, std::string_view path) const {
  const Route* best = nullptr;  // the longest path says most
  const Route* rest = nullptr;
  for (const Route& route : routes_) {
    const bool takes_rest = route.method == "*";
    if (!takes_rest && !detail::is_route_for(route, method)) continue;
    if (!detail::is_route_to(route, path)) continue;
    const Route*& found = takes_rest ? rest : best;
    if (found == nullptr || route.path.size() > found->path.size()) found = &route;
  }
  return best != nullptr ? best : rest;
}

CLAMS_INLINE bool RouteTable::has(std::string_view path) const {
  return std::any_of(routes_.begin(), routes_.end(),
                     [&](const Route& route) { return detail::is_route_to(route, path); });
}

CLAMS_INLINE std::string RouteTable::methods(std::string_view path) const {
  std::set<std::string> known;
  for (const Route& route : routes_) {
    if (route.method == "*" || !detail::is_route_to(route, path)) continue;
    known.insert({route.method, "OPTIONS"});
    if (route.method == "GET") known.insert("HEAD");
  }
  std::string text;
  for (const std::string& method : known) text += (text.empty() ? "" : ", ") + method;
  return text;
}

}  // namespace http
}  // namespace clams
