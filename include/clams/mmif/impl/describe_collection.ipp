// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/describe.hpp>
#include <clams/mmif/impl/describe.ipp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace clams {
namespace detail {

/// What the files of one workflow tell about one app.
struct CollectedApp {
  Json configuration = Json::object();
  std::vector<std::int64_t> running_times;
};

struct CollectedWorkflow {
  std::vector<std::string> files;
  std::map<std::string, CollectedApp> apps;
};

struct CollectionDraft {
  long total = 0;
  long successful = 0;
  long with_errors = 0;
  long with_warnings = 0;
  long invalid = 0;
  std::map<std::string, CollectedWorkflow> workflows;
  Json counts = Json::object();
};

CLAMS_INLINE std::vector<std::filesystem::path> mmif_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry{folder, error}, end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".mmif") files.push_back(entry->path());
  }
  if (error) {
    throw Error(ErrorCode::io, "cannot list " + folder.string() + ": " + error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Standard deviation of a sample. In whole numbers up to the root, so that nothing is lost on the
/// way.
CLAMS_INLINE double sample_deviation(const std::vector<std::int64_t>& values) {
  const auto n = static_cast<long double>(values.size());
  long double sum = 0;
  long double sum_of_squares = 0;
  for (const std::int64_t value : values) {
    const auto exact = static_cast<long double>(value);
    sum += exact;
    sum_of_squares += exact * exact;
  }
  return static_cast<double>(std::sqrt((n * sum_of_squares - sum * sum) / (n * (n - 1))));
}

CLAMS_INLINE Json running_time_stats(const std::vector<std::int64_t>& times) {
  Json stats{{"avgRunningTimeMS", nullptr},
             {"minRunningTimeMS", nullptr},
             {"maxRunningTimeMS", nullptr},
             {"stdevRunningTimeMS", nullptr}};
  if (times.empty()) return stats;
  double sum = 0;
  for (const std::int64_t time : times) sum += static_cast<double>(time);
  const auto [shortest, longest] = std::minmax_element(times.begin(), times.end());
  stats["avgRunningTimeMS"] = sum / static_cast<double>(times.size());
  stats["minRunningTimeMS"] = static_cast<double>(*shortest);
  stats["maxRunningTimeMS"] = static_cast<double>(*longest);
  stats["stdevRunningTimeMS"] = times.size() > 1 ? sample_deviation(times) : 0.0;
  return stats;
}

CLAMS_INLINE void collect_apps(CollectedWorkflow& workflow, const Json& apps) {
  for (const Json& app : apps) {
    if (app["app"] == kUnassignedApp) continue;
    CollectedApp& collected = workflow.apps[app["app"].get<std::string>()];
    const Json& time = app["appProfiling"]["runningTimeMS"];
    if (!time.is_null()) collected.running_times.push_back(time.get<std::int64_t>());
    if (collected.configuration.empty()) collected.configuration = app["appConfiguration"];
  }
}

CLAMS_INLINE void collect_description(CollectionDraft& draft, const Json& description,
                                      std::string file) {
  Json counts = description["stats"]["annotationCountByType"];
  counts.erase("total");
  if (!description["stats"]["errorViews"].empty()) {
    ++draft.with_errors;
    return;
  }
  ++draft.successful;
  if (!description["stats"]["warningViews"].empty()) ++draft.with_warnings;
  add_counts(draft.counts, counts);
  CollectedWorkflow& workflow = draft.workflows[description["workflowId"].get<std::string>()];
  workflow.files.push_back(std::move(file));
  collect_apps(workflow, description["apps"]);
}

CLAMS_INLINE void collect_file(CollectionDraft& draft, const std::filesystem::path& file) {
  ++draft.total;
  const std::string text = read_file(file);
  Json description;
  try {
    description = describe(Mmif::parse(text));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input) throw;
    ++draft.invalid;  // the count is the report
    return;
  }
  collect_description(draft, description, file.filename().string());
}

CLAMS_INLINE Json collected_workflow(const std::string& id, const CollectedWorkflow& workflow) {
  Json apps = Json::array();
  for (const auto& [uri, app] : workflow.apps) {
    apps.push_back({{"app", uri},
                    {"appConfiguration", app.configuration},
                    {"appProfiling", running_time_stats(app.running_times)}});
  }
  return {{"workflowId", id},
          {"mmifs", workflow.files},
          {"mmifCount", workflow.files.size()},
          {"apps", std::move(apps)}};
}

}  // namespace detail

CLAMS_INLINE Json describe_collection(const std::filesystem::path& folder) {
  detail::CollectionDraft draft;
  for (const auto& file : detail::mmif_files(folder)) detail::collect_file(draft, file);

  Json workflows = Json::array();
  for (const auto& [id, workflow] : draft.workflows) {
    workflows.push_back(detail::collected_workflow(id, workflow));
  }
  return {{"mmifCountByStatus",
           {{"total", draft.total},
            {"successful", draft.successful},
            {"withErrors", draft.with_errors},
            {"withWarnings", draft.with_warnings},
            {"invalid", draft.invalid}}},
          {"workflows", std::move(workflows)},
          {"annotationCountByType", detail::with_total(std::move(draft.counts))}};
}

}  // namespace clams
