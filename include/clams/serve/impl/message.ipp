// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/serve/message.hpp>
#include <clams/util/config.hpp>

namespace clams::http {

CLAMS_INLINE std::string header_value(const Request& request, std::string_view name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string{} : found->second;
}

}  // namespace clams::http
