// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/app_runs.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace clams {

CLAMS_INLINE std::vector<AppRun> app_runs(const Mmif& mmif) {
  std::map<std::pair<std::string, std::string>, AppRun> by_time_and_app;
  for (const View& view : mmif.views()) {
    if (view.timestamp().empty() || view.app().empty()) continue;
    by_time_and_app[{view.timestamp(), view.app()}].push_back(&view);
  }
  std::vector<AppRun> runs;
  runs.reserve(by_time_and_app.size());
  for (auto& [key, run] : by_time_and_app) runs.push_back(std::move(run));
  return runs;
}

CLAMS_INLINE bool is_workflow_step(const AppRun& run) {
  return !run.front()->has_error() && !run.front()->has_warnings();
}

CLAMS_INLINE void rewind_views(Mmif& mmif, std::size_t count) {
  const auto views = std::as_const(mmif).views();
  std::set<const View*> doomed;
  for (std::size_t i = views.size() - std::min(count, views.size()); i < views.size(); ++i) {
    doomed.insert(&views[i]);
  }
  mmif.remove_views([&](const View& view) { return doomed.contains(&view); });
}

CLAMS_INLINE void rewind_runs(Mmif& mmif, std::size_t count) {
  const auto runs = app_runs(mmif);
  std::set<const View*> doomed;
  for (std::size_t i = runs.size() - std::min(count, runs.size()); i < runs.size(); ++i) {
    doomed.insert(runs[i].begin(), runs[i].end());
  }
  mmif.remove_views([&](const View& view) { return doomed.contains(&view); });
}

}  // namespace clams
