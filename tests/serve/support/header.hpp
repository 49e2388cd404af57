// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/service.hpp>

#include <algorithm>
#include <string>

namespace clams::testing {

/// The value of the answer's header; empty if there is none of that name.
inline std::string header(const http::Response& response, const std::string& name) {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [&](const auto& h) { return h.first == name; });
  return found == response.headers.end() ? "" : found->second;
}

}  // namespace clams::testing
