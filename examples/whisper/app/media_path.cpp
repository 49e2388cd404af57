// SPDX-License-Identifier: Apache-2.0
#include "app/media_path.hpp"

#include <clams/util/error.hpp>

#include <algorithm>
#include <string>
#include <system_error>

namespace whisper {

namespace {

[[noreturn]] void refuse(const clams::Document& document, const std::string& why) {
  throw clams::Error{clams::ErrorCode::invalid_input,
                     "document " + document.id() + " (" + document.location() + "): " + why};
}

bool is_below(const std::filesystem::path& path, const std::filesystem::path& root) {
  const auto differs = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return differs.first == root.end();
}

}  // namespace

std::filesystem::path media_path(const clams::Document& document,
                                 const std::filesystem::path& root) {
  if (document.location().empty()) refuse(document, "it has no location");
  const auto path = document.location_path();
  if (!path) refuse(document, "it is not on this machine; file:// locations can be read");
  if (root.empty()) return *path;
  std::error_code problem;
  auto real = std::filesystem::canonical(*path, problem);
  // What lies outside is not told apart from what is not there.
  if (problem || !is_below(real, std::filesystem::canonical(root))) {
    refuse(document, "there is no such file below the media root of this app");
  }
  return real;
}

}  // namespace whisper
