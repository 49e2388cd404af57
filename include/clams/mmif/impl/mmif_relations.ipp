// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_tree.hpp>
#include <clams/mmif/frame_rate.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>

namespace clams {

namespace detail {

CLAMS_INLINE bool are_types(const AtType& a, const AtType& b, const AtType& one,
                            const AtType& other) {
  return (a.matches(one) && b.matches(other)) || (a.matches(other) && b.matches(one));
}

/// Whether an Alignment joins these two types. Ends that point nowhere join nothing.
CLAMS_INLINE bool joins(const MmifTree& tree, const Annotation& alignment, const AtType& one,
                        const AtType& other) {
  const auto source = alignment.get<std::string>("source");
  const auto target = alignment.get<std::string>("target");
  if (!source || !target) return false;
  const Annotation* from = tree.find(*source);
  const Annotation* to = tree.find(*target);
  return from != nullptr && to != nullptr && are_types(from->type(), to->type(), one, other);
}

/// Alignments of one view. Where `contains` states both types for the whole view, it is believed,
/// and every annotation of the view counts.
CLAMS_INLINE std::vector<Annotation*> alignments_in_view(const MmifTree& tree, View& view,
                                                         const Json& entry, const AtType& one,
                                                         const AtType& other) {
  std::vector<Annotation*> found;
  const bool is_stated = entry.contains("sourceType") && entry.contains("targetType") &&
                         entry["sourceType"].is_string() && entry["targetType"].is_string();
  if (is_stated) {
    const AtType source(entry["sourceType"].get<std::string>());
    const AtType target(entry["targetType"].get<std::string>());
    if (!are_types(source, target, one, other)) return found;
    for (Annotation& annotation : view.annotations()) found.push_back(&annotation);
    return found;
  }
  for (Annotation* alignment : view.annotations(types::kAlignment)) {
    if (joins(tree, *alignment, one, other)) found.push_back(alignment);
  }
  return found;
}

/// The unit in which an annotation's anchor is stated: its own, or that of what it targets.
CLAMS_INLINE TimeUnit time_unit_of(const MmifTree& tree, const Annotation& annotation) {
  if (const auto unit = annotation.get<std::string>("timeUnit")) return parse_time_unit(*unit);
  const auto targets = annotation.get<std::vector<std::string>>("targets");
  const Annotation* first = targets && !targets->empty() ? tree.find(targets->front()) : nullptr;
  if (first != nullptr && first != &annotation) {
    if (const auto unit = first->get<std::string>("timeUnit")) return parse_time_unit(*unit);
  }
  return TimeUnit::milliseconds;
}

CLAMS_INLINE double frame_rate_of(const MmifTree& tree, const Annotation& annotation) {
  const auto id = annotation.get<std::string>("document");
  const Document* document = id ? tree.find_document(*id) : nullptr;
  return document == nullptr ? 0 : recorded_frame_rate(*document).value_or(0);
}

/// A point of an annotation's time line in another unit; the frame rate is looked for only where it
/// matters.
CLAMS_INLINE Json convert_point(const MmifTree& tree, const Annotation& annotation,
                                const Json& point, TimeUnit from, TimeUnit to) {
  const bool needs_rate = (from == TimeUnit::frames) != (to == TimeUnit::frames);
  return convert_time(point, from, to, needs_rate ? frame_rate_of(tree, annotation) : 0);
}

CLAMS_INLINE Json anchor_in_unit(const MmifTree& tree, const Annotation& annotation,
                                 const Json& point, std::optional<TimeUnit> unit) {
  if (point.is_null()) {
    throw Error(ErrorCode::not_found, annotation.type().short_name() + " " + annotation.id() +
                                          " has no anchor in time or text");
  }
  if (!unit) return point;
  const TimeUnit own = time_unit_of(tree, annotation);
  return convert_point(tree, annotation, point, own, *unit);
}

/// What annotations_between lists of one anchor: itself, then each Alignment and its other end.
CLAMS_INLINE void append_with_aligned(std::vector<Annotation*>& result, Annotation& anchor,
                                      const std::vector<AtType>& types) {
  const auto wanted = [&](const Annotation& annotation) {
    return types.empty() || std::any_of(types.begin(), types.end(),
                                        [&](const AtType& type) { return annotation.is(type); });
  };
  if (wanted(anchor)) result.push_back(&anchor);
  for (const auto& [alignment, other] : anchor.alignments()) {
    if (wanted(*alignment)) result.push_back(alignment);
    if (wanted(*other)) result.push_back(other);
  }
}

/// When something is, in its own unit (iso text: in milliseconds). A span with the same borders as
/// another does not overlap it: that is how CLAMS tools count.
struct TimeSpan {
  double begin;
  double end;
  TimeUnit unit;

  [[nodiscard]] bool overlaps(double from, double to) const {
    return (begin < from && from < end) || (begin < to && to < end) || (begin > from && end < to);
  }
};

CLAMS_INLINE double point_in_time(const Annotation& annotation, const Json& point) {
  if (point.is_number()) return point.get<double>();
  throw Error(ErrorCode::invalid_input, annotation.type().short_name() + " " + annotation.id() +
                                            " is anchored at " + write_json(point) +
                                            ", which is no number");
}

CLAMS_INLINE TimeSpan time_span(const Mmif& mmif, const Annotation& annotation, TimeUnit of_view) {
  const auto stated = annotation.get<std::string>("timeUnit");
  const TimeUnit own = stated ? parse_time_unit(*stated) : of_view;
  const TimeUnit unit = own == TimeUnit::iso ? TimeUnit::milliseconds : own;
  return {point_in_time(annotation, mmif.start_of(annotation, unit)),
          point_in_time(annotation, mmif.end_of(annotation, unit)), unit};
}

/// The unit that `contains` states for time frames, or for time points where there are no frames.
CLAMS_INLINE TimeUnit time_unit_of(const View& view) {
  const Json* frames = view.contains_entry(types::kTimeFrame);
  const Json* entry = frames != nullptr ? frames : view.contains_entry(types::kTimePoint);
  const auto unit = entry == nullptr ? Json::const_iterator{} : entry->find("timeUnit");
  if (entry != nullptr && unit != entry->end() && unit->is_string()) {
    return parse_time_unit(unit->get_ref<const std::string&>());
  }
  throw Error(ErrorCode::invalid_input, "view " + view.id() + " states no timeUnit in 'contains'");
}

}  // namespace detail

CLAMS_INLINE std::vector<std::pair<View*, std::vector<Annotation*>>> Mmif::alignments(
    const AtType& one, const AtType& other) const {
  if (one.matches(other)) {
    throw Error(ErrorCode::invalid_input,
                "alignments are between two different types, not " + one.short_name() + " twice");
  }
  std::vector<std::pair<View*, std::vector<Annotation*>>> result;
  for (const auto& view : tree_->views) {
    const Json* entry = view->contains_entry(types::kAlignment);
    if (entry == nullptr) continue;
    auto found = detail::alignments_in_view(*tree_, *view, *entry, one, other);
    if (!found.empty()) result.emplace_back(view.get(), std::move(found));
  }
  return result;
}

CLAMS_INLINE Json Mmif::start_of(const Annotation& annotation, std::optional<TimeUnit> unit) const {
  return detail::anchor_in_unit(*tree_, annotation, tree_->anchors().of(annotation).start, unit);
}

CLAMS_INLINE Json Mmif::end_of(const Annotation& annotation, std::optional<TimeUnit> unit) const {
  return detail::anchor_in_unit(*tree_, annotation, tree_->anchors().of(annotation).end, unit);
}

CLAMS_INLINE std::vector<Annotation*> Mmif::annotations_between(
    double start, double end, TimeUnit unit, const std::vector<AtType>& types) const {
  if (!(0 <= start && start < end)) {
    throw Error(ErrorCode::invalid_input, "the time from " + float_text(start) + " to " +
                                              float_text(end) + " is empty or negative");
  }
  std::vector<std::pair<double, Annotation*>> anchors;
  const auto collect = [&](View& view) {
    const TimeUnit of_view = detail::time_unit_of(view);
    for (Annotation& annotation : view.annotations()) {
      if (!annotation.is(types::kTimeFrame) && !annotation.is(types::kTimePoint)) continue;
      const detail::TimeSpan span = detail::time_span(*this, annotation, of_view);
      const auto in_its_unit = [&](double time) {
        return detail::convert_point(*tree_, annotation, time, unit, span.unit).get<double>();
      };
      if (!span.overlaps(in_its_unit(start), in_its_unit(end))) continue;
      anchors.emplace_back(span.begin, &annotation);
    }
  };
  for (View* view : views_containing(types::kTimeFrame)) collect(*view);
  for (View* view : views_containing(types::kTimePoint)) {
    if (!view->contains(types::kTimeFrame)) collect(*view);
  }
  std::stable_sort(anchors.begin(), anchors.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Annotation*> result;
  for (const auto& [begins, anchor] : anchors) detail::append_with_aligned(result, *anchor, types);
  return result;
}

}  // namespace clams
