// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/signing.hpp>
#include <clams/util/config.hpp>
#include <clams/util/python_text.hpp>

namespace clams::detail {

CLAMS_INLINE Json recorded_parameters(const RawParameters& raw) {
  Json recorded = Json::object();
  for (const auto& [name, values] : raw) {
    if (values.size() == 1) recorded[name] = values.front();
    if (values.size() > 1) recorded[name] = python_list_repr(values);
  }
  return recorded;
}

CLAMS_INLINE void sign_as_app(View& view, const AppMetadata& metadata, const RawParameters& raw,
                              const Clock& clock) {
  if (!metadata.app_tags.empty()) view.set_metadata("appTags", metadata.app_tags);
  view.set_timestamp(utc_timestamp(clock.system_now()));
  view.set_app(metadata.identifier);
  view.set_metadata("parameters", recorded_parameters(raw));
}

}  // namespace clams::detail
