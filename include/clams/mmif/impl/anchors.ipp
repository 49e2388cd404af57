// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/anchors.hpp>
#include <clams/mmif/detail/mmif_tree.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

namespace clams::detail {

[[noreturn]] CLAMS_INLINE void bad_anchor(const Annotation& annotation, const std::string& why) {
  throw Error(ErrorCode::invalid_input, "the targets of " + annotation.type().short_name() + " " +
                                            annotation.id() + " " + why);
}

CLAMS_INLINE Json own_property(const Annotation& annotation, const char* name) {
  const auto found = annotation.properties().find(name);
  return found == annotation.properties().end() ? Json() : *found;
}

CLAMS_INLINE const Annotation& Anchors::target(const Annotation& annotation, const Json& id) const {
  if (!id.is_string()) bad_anchor(annotation, "must be ids, not " + write_json(id));
  const Annotation* found = tree_.find(id.get_ref<const std::string&>());
  if (found == nullptr) {
    bad_anchor(annotation, "name " + write_json(id) + ", which does not exist");
  }
  return *found;
}

CLAMS_INLINE Anchor Anchors::extent_of_targets(const Annotation& annotation, const Json& targets,
                                               int chain) {
  Anchor extent;
  for (const Json& id : targets) {
    const Annotation& other = target(annotation, id);
    const Anchor& anchor = resolve(other, chain + 1);
    for (const Json* point : {&anchor.start, &anchor.end}) {
      if (!point->is_number() && !point->is_boolean()) {
        bad_anchor(annotation, "lead to " + other.id() + ", which has no anchor in time or text");
      }
    }
    if (extent.start.is_null() || anchor.start < extent.start) extent.start = anchor.start;
    if (extent.end.is_null() || extent.end < anchor.end) extent.end = anchor.end;
  }
  return extent;
}

CLAMS_INLINE const Anchor& Anchors::resolve(const Annotation& annotation, int chain) {
  if (const auto found = known_.find(&annotation); found != known_.end()) return found->second;
  if (chain > kLongestChain) bad_anchor(annotation, "form a loop");
  Anchor anchor;
  if (const Json point = own_property(annotation, "timePoint");
      annotation.properties().contains("timePoint")) {
    anchor = {point, point};
  } else if (const Json targets = own_property(annotation, "targets"); targets.is_array()) {
    anchor = extent_of_targets(annotation, targets, chain);
  } else {
    anchor = {own_property(annotation, "start"), own_property(annotation, "end")};
  }
  return known_.emplace(&annotation, std::move(anchor)).first->second;
}

}  // namespace clams::detail
