// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/app_runs.hpp>
#include <clams/mmif/workflow.hpp>
#include <clams/util/config.hpp>
#include <clams/util/parameter_hash.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace clams {
namespace detail {

/// The parts of a path between its slashes, without empty and `.` parts.
CLAMS_INLINE std::vector<std::string_view> path_parts(std::string_view path) {
  std::vector<std::string_view> parts;
  if (path.starts_with('/')) parts.push_back(path.substr(0, 1));
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    if (!part.empty() && part != ".") parts.push_back(part);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

/// `TextDocument-1-VideoDocument-2`
CLAMS_INLINE std::string source_composition(const Mmif& mmif) {
  std::map<std::string, int> counts;
  for (const Document& document : mmif.documents()) ++counts[document.type().short_name()];
  std::string composition;
  for (const auto& [type, count] : counts) {
    if (!composition.empty()) composition += '-';
    composition += fmt::format("{}-{}", type, count);
  }
  return composition;
}

/// A text that is there and not empty, else `fallback`.
CLAMS_INLINE std::string text_or(const std::optional<std::string>& text, const char* fallback) {
  return text && !text->empty() ? *text : fallback;
}

}  // namespace detail

CLAMS_INLINE AppName split_app_uri(std::string_view uri) {
  const auto parts = detail::path_parts(uri);
  AppName app;
  if (parts.size() > 2) app.name = parts[2];
  if (parts.size() > 3) app.version = parts[3];
  if (app.version && app.name->ends_with(*app.version)) {
    // The character before the version goes too: it is the dash that joins them.
    const std::size_t cut = std::min(app.version->size() + 1, app.name->size());
    app.name->resize(app.name->size() - cut);
  }
  if (app.version == "unresolvable") app.version.reset();
  return app;
}

CLAMS_INLINE std::string workflow_id(const Mmif& mmif) {
  std::string id = detail::source_composition(mmif);
  for (const AppRun& run : app_runs(mmif)) {
    if (!is_workflow_step(run)) continue;
    const View& view = *run.front();
    const AppName app = split_app_uri(view.app());
    id +=
        fmt::format("/{}/{}/{}", detail::text_or(app.name, "unknown"),
                    detail::text_or(app.version, "unversioned"), parameter_hash(view.parameters()));
  }
  return id;
}

}  // namespace clams
