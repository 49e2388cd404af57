// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/app_runs.hpp>
#include <clams/mmif/describe.hpp>
#include <clams/mmif/detail/running_time.hpp>
#include <clams/mmif/workflow.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace clams {
namespace detail {

/// Under this name the views are listed that no successful run accounts for.
inline constexpr std::string_view kUnassignedApp = "http://apps.clams.ai/non-existing-app/v1";

/// Adds the numbers of `more`, which are by type, to `counts`.
CLAMS_INLINE void add_counts(Json& counts, const Json& more) {
  for (const auto& [type, count] : more.items()) {
    counts[type] = counts.value(type, 0L) + count.get<long>();
  }
}

/// Counts by type with their sum, `total`; without it where there is nothing to count.
CLAMS_INLINE Json with_total(Json counts) {
  long total = 0;
  for (const Json& count : counts) total += count.get<long>();
  if (total > 0) counts["total"] = total;
  return counts;
}

CLAMS_INLINE Json count_by_type(const View& view) {
  Json counts = Json::object();
  for (const Annotation& annotation : view.annotations()) {
    const std::string& type = annotation.type().uri();
    counts[type] = counts.value(type, 0L) + 1;
  }
  return counts;
}

/// In milliseconds; null where none is recorded.
CLAMS_INLINE Json recorded_running_time(const View& view) {
  const Json& metadata = view.metadata();
  const Json* text = nullptr;
  const auto profiling = metadata.find("appProfiling");
  if (profiling != metadata.end() && profiling->contains("runningTime")) {
    text = &profiling->at("runningTime");
  } else if (metadata.contains("appRunningTime")) {  // where apps of before 2024 put it
    text = &metadata.at("appRunningTime");
  }
  if (text == nullptr || !text->is_string()) return nullptr;
  const auto milliseconds = parse_running_time(text->get_ref<const std::string&>());
  return milliseconds ? Json(*milliseconds) : Json(nullptr);
}

CLAMS_INLINE Json described_app(std::string_view app, Json view_ids) {
  return {{"app", app},
          {"viewIds", std::move(view_ids)},
          {"appConfiguration", Json::object()},
          {"appProfiling", {{"runningTimeMS", nullptr}}},
          {"annotationCountByType", Json::object()}};
}

/// What `describe` gathers on its way through the views.
struct DescriptionDraft {
  std::set<const View*> in_steps;
  Json errors = Json::array();
  Json warnings = Json::array();
  Json empty = Json::array();
  Json counts = Json::object();
  Json apps = Json::array();
};

CLAMS_INLINE void describe_step(DescriptionDraft& draft, const AppRun& run) {
  Json ids = Json::array();
  Json counts = Json::object();
  for (const View* view : run) {
    draft.in_steps.insert(view);
    ids.push_back(view->id());
    if (view->annotation_count() == 0) draft.empty.push_back(view->id());
    add_counts(counts, count_by_type(*view));
  }
  add_counts(draft.counts, counts);
  const View& first = *run.front();
  Json app = described_app(first.app(), std::move(ids));
  app["appConfiguration"] = first.app_configuration();
  app["appProfiling"]["runningTimeMS"] = recorded_running_time(first);
  app["annotationCountByType"] = with_total(std::move(counts));
  draft.apps.push_back(std::move(app));
}

/// Sorts the views of no step by what is wrong with them.
CLAMS_INLINE void describe_others(DescriptionDraft& draft, const Mmif& mmif) {
  std::set<std::string> unassigned;
  for (const View& view : mmif.views()) {
    if (draft.in_steps.contains(&view)) continue;
    if (view.has_error()) {
      draft.errors.push_back(view.id());
    } else if (view.has_warnings()) {
      draft.warnings.push_back(view.id());
    } else {
      unassigned.insert(view.id());
      if (view.annotation_count() == 0) draft.empty.push_back(view.id());
    }
  }
  if (!unassigned.empty()) draft.apps.push_back(described_app(kUnassignedApp, unassigned));
}

}  // namespace detail

CLAMS_INLINE Json describe(const Mmif& mmif) {
  detail::DescriptionDraft draft;
  for (const AppRun& run : app_runs(mmif)) {
    if (is_workflow_step(run)) detail::describe_step(draft, run);
  }
  const std::size_t app_count = draft.apps.size();
  detail::describe_others(draft, mmif);

  return {{"workflowId", workflow_id(mmif)},
          {"stats",
           {{"appCount", app_count},
            {"errorViews", std::move(draft.errors)},
            {"warningViews", std::move(draft.warnings)},
            {"emptyViews", std::move(draft.empty)},
            {"annotationCountByType", detail::with_total(std::move(draft.counts))}}},
          {"apps", std::move(draft.apps)}};
}

}  // namespace clams
