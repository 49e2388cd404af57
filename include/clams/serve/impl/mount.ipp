// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/impl/httplib_adapter.hpp>
#include <clams/serve/mount.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <httplib.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace clams {

namespace detail {

CLAMS_INLINE void check_mount_prefix(const std::string& prefix) {
  const bool plain = std::all_of(prefix.begin(), prefix.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '-' || c == '_';
  });
  const bool whole = prefix.empty() || (prefix.front() == '/' && prefix.back() != '/');
  if (!plain || !whole) {
    throw Error{ErrorCode::usage, "an app cannot be mounted at '" + prefix +
                                      "': give a path such as /apps/hello, without a slash at the "
                                      "end, of letters, digits, '-' and '_'"};
  }
}

CLAMS_INLINE http::Request without_prefix(const httplib::Request& from, std::size_t length) {
  http::Request request = to_request(from);
  request.path.erase(0, length);
  if (request.path.empty()) request.path = "/";
  return request;
}

/// Regular expressions for all that the service answers.
CLAMS_INLINE std::vector<std::string> mounted_paths(const http::RouteTable& routes,
                                                    const std::string& prefix) {
  std::vector<std::string> paths{prefix.empty() ? std::string{"/+"} : prefix + "/*",
                                 prefix + "/(healthz|readyz|metrics|runtime|gpu-status)"};
  for (const http::Route& route : routes.routes()) {
    std::string expression;
    for (const char c : route.path) {
      if (c == '.') expression += '\\';
      expression += c == '*' ? std::string{".+"} : std::string{c};
    }
    paths.push_back(prefix + expression);
  }
  return paths;
}

}  // namespace detail

namespace http {

CLAMS_INLINE Service& mount(httplib::Server& server, const AppRunner& runner,
                            ServiceOptions options, const std::string& prefix, RouteTable routes) {
  detail::check_mount_prefix(prefix);
  auto service = std::make_shared<Service>(runner, std::move(options), std::move(routes));
  const auto plain = [service, skip = prefix.size()](const httplib::Request& from,
                                                     httplib::Response& to) {
    detail::write_answer(service->answer(detail::without_prefix(from, skip)), from, to);
  };
  const auto with_body = [service, skip = prefix.size()](const httplib::Request& from,
                                                         httplib::Response& to,
                                                         const httplib::ContentReader& reader) {
    detail::answer_with_body(*service, detail::without_prefix(from, skip), from, reader, to);
  };
  for (const std::string& path : detail::mounted_paths(service->routes(), prefix)) {
    server.Get(path, plain);
    server.Options(path, plain);
    server.Delete(path, plain);
    server.Patch(path, plain);
    server.Post(path, with_body);
    server.Put(path, with_body);
  }
  service->open();
  return *service;
}

}  // namespace http
}  // namespace clams
