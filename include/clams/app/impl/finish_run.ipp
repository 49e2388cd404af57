// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/finish_run.hpp>
#include <clams/params/refine.hpp>
#include <clams/util/config.hpp>
#include <clams/util/python_text.hpp>

#include <utility>

namespace clams::detail {

CLAMS_INLINE bool has_content(const View& view) {
  return view.annotation_count() > 0 || view.has_error() || view.has_warnings();
}

CLAMS_INLINE void place_document_properties(Mmif& mmif, RequestContext& context,
                                            std::string_view identifier) {
  if (!mmif.has_pending_document_properties()) return;
  View* place = nullptr;
  for (View& view : mmif.views()) {
    const bool takes_annotations = !view.has_error() && !view.has_warnings();
    if (!view.is_from_input() && view.app() == identifier && takes_annotations) place = &view;
  }
  mmif.record_document_properties(place != nullptr ? *place : context.new_view(mmif));
}

CLAMS_INLINE bool remove_empty_views(Mmif& mmif) {
  bool any_left = false;
  mmif.remove_views([&](const View& view) {
    if (view.is_from_input()) return false;
    any_left = any_left || has_content(view);
    return !has_content(view);
  });
  return any_left;
}

CLAMS_INLINE std::vector<std::string> undeclared_parameter_warnings(
    const std::vector<ParameterSpec>& specs, const RawParameters& raw) {
  std::vector<std::string> warnings;
  for (const std::string& name : undeclared_parameters(specs, raw)) {
    warnings.push_back("An undefined parameter \"" + name + "\" (value: \"" +
                       python_list_repr(*raw.find(name)) + "\") is passed");
  }
  return warnings;
}

CLAMS_INLINE std::string empty_output_warning(std::string_view identifier) {
  return "App \"" + std::string{identifier} +
         "\" produced no annotations for this input; the input may lack expected content, or "
         "there may genuinely be nothing to annotate.";
}

CLAMS_INLINE void add_warnings_view(Mmif& mmif, RequestContext& context,
                                    const std::vector<std::string>& warnings) {
  if (!warnings.empty()) context.new_view(mmif).set_warnings(warnings);
}

// What the app itself has put there stays.
CLAMS_INLINE void add_profile(View& view, const Json& profile) {
  const auto found = view.metadata().find("appProfiling");
  Json merged = found != view.metadata().end() && found->is_object() ? *found : Json::object();
  merged.update(profile);
  view.set_metadata("appProfiling", std::move(merged));
}

CLAMS_INLINE void stamp_views(Mmif& mmif, std::string_view identifier, Clock::SystemTime time,
                              const Json& profile) {
  const std::string timestamp = utc_timestamp(time);
  for (View& view : mmif.views()) {
    if (view.is_from_input()) continue;
    const bool is_own = view.app() == identifier;
    if (is_own || view.timestamp().empty()) view.set_timestamp(timestamp);
    if (is_own && !profile.empty()) add_profile(view, profile);
  }
}

}  // namespace clams::detail
