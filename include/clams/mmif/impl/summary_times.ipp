// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/summary_parts.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace clams::detail {

CLAMS_INLINE Json property_or_null(const Annotation& annotation, std::string_view name) {
  const Json* const value = annotation.find(name);
  return value == nullptr ? Json(nullptr) : *value;
}

CLAMS_INLINE std::vector<const Annotation*> annotations_named(const View& view,
                                                              std::string_view short_name) {
  std::vector<const Annotation*> found;
  for (const Annotation& annotation : view.annotations()) {
    if (annotation.type().short_name() == short_name) found.push_back(&annotation);
  }
  return found;
}

CLAMS_INLINE std::vector<const Annotation*> annotations_named(const Mmif& mmif,
                                                              std::string_view short_name) {
  std::vector<const Annotation*> found;
  for (const View& view : mmif.views()) {
    const auto in_view = annotations_named(view, short_name);
    found.insert(found.end(), in_view.begin(), in_view.end());
  }
  return found;
}

CLAMS_INLINE const View* last_view_by(const Mmif& mmif, std::span<const std::string_view> apps) {
  const View* last = nullptr;
  for (const View& view : mmif.views()) {
    const bool by_app = std::find(apps.begin(), apps.end(), view.app()) != apps.end();
    if (by_app && view.warnings().empty()) last = &view;
  }
  return last;
}

CLAMS_INLINE SummaryTimes own_times(const Annotation& annotation) {
  return {property_or_null(annotation, "start"), property_or_null(annotation, "end")};
}

CLAMS_INLINE SummaryIndex::SummaryIndex(const Mmif& mmif) : mmif_(mmif) {
  for (const Annotation* alignment : annotations_named(mmif, types::kAlignment.name)) {
    const Annotation* const source = find(property_or_null(*alignment, "source"));
    const Annotation* const target = find(property_or_null(*alignment, "target"));
    if (source == nullptr || target == nullptr) continue;
    aligned_[source].push_back(target);
    aligned_[target].push_back(source);
  }
}

CLAMS_INLINE const Annotation* SummaryIndex::find(const Json& id) const {
  return id.is_string() ? mmif_.find(id.get_ref<const std::string&>()) : nullptr;
}

CLAMS_INLINE std::vector<const Annotation*> SummaryIndex::aligned(
    const Annotation& annotation, std::string_view short_name) const {
  std::vector<const Annotation*> found;
  const auto all = aligned_.find(&annotation);
  if (all == aligned_.end()) return found;
  for (const Annotation* other : all->second) {
    if (other->type().short_name() == short_name) found.push_back(other);
  }
  return found;
}

CLAMS_INLINE Json SummaryIndex::time_point_at(const Json& id) const {
  const Annotation* const point = find(id);
  return point == nullptr ? Json(nullptr) : property_or_null(*point, "timePoint");
}

CLAMS_INLINE SummaryTimes SummaryIndex::times_of_frame(const Annotation& frame) const {
  const Json targets = property_or_null(frame, "targets");
  if (!targets.is_array() || targets.empty()) return own_times(frame);
  return {time_point_at(targets.front()), time_point_at(targets.back())};
}

CLAMS_INLINE SummaryTimes SummaryIndex::times_of_token(const Annotation& token) const {
  SummaryTimes times = own_times(token);
  for (const Annotation* frame : aligned(token, types::kTimeFrame.name)) {
    SummaryTimes of_frame = own_times(*frame);
    if (!of_frame.start.is_null() && !of_frame.end.is_null()) times = std::move(of_frame);
  }
  return times;
}

CLAMS_INLINE Json SummaryIndex::time_point_of_document(const Annotation& document) const {
  const auto points = document.type().short_name() == types::kTextDocument.name
                          ? aligned(document, types::kTimePoint.name)
                          : std::vector<const Annotation*>{};
  return property_or_null(points.empty() ? document : *points.back(), "timePoint");
}

}  // namespace clams::detail
