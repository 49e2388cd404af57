// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_reader.hpp>
#include <clams/mmif/view.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <cctype>
#include <utility>

namespace clams {

// --- who, when, how ---

CLAMS_INLINE void View::mark_changed() noexcept { as_read_ = {}; }

CLAMS_INLINE void View::mark_metadata_changed() noexcept {
  metadata_as_read_ = {};
  mark_changed();
  tree_->forget_derived();
}

CLAMS_INLINE const Json& View::metadata_object(const char* field) const {
  static const Json empty = Json::object();
  const Json* const found = find_member(metadata_, field);
  return found == nullptr || !found->is_object() ? empty : *found;
}

CLAMS_INLINE void View::set_metadata(std::string_view key, Json value) {
  mark_metadata_changed();
  metadata_[std::string(key)] = std::move(value);
}

CLAMS_INLINE std::string View::app() const { return metadata_.value("app", ""); }
CLAMS_INLINE void View::set_app(std::string uri) { set_metadata("app", std::move(uri)); }
CLAMS_INLINE std::string View::timestamp() const { return metadata_.value("timestamp", ""); }
CLAMS_INLINE void View::set_timestamp(std::string iso8601) {
  set_metadata("timestamp", std::move(iso8601));
}
CLAMS_INLINE const Json& View::parameters() const { return metadata_object("parameters"); }
CLAMS_INLINE const Json& View::app_configuration() const {
  return metadata_object("appConfiguration");
}

CLAMS_INLINE bool View::has_error() const { return !metadata_object("error").empty(); }

CLAMS_INLINE std::optional<ViewError> View::error() const {
  if (!has_error()) return std::nullopt;
  const Json& error = metadata_object("error");
  return ViewError{error.value("message", ""), error.value("stackTrace", "")};
}

CLAMS_INLINE void View::set_error(std::string message, std::string stack_trace) {
  load();
  annotations_.clear();
  by_id_.clear();
  metadata_.erase("contains");
  set_metadata("error", {{"message", std::move(message)}, {"stackTrace", std::move(stack_trace)}});
}

CLAMS_INLINE bool View::has_warnings() const {
  const Json* const found = find_member(metadata_, "warnings");
  return found != nullptr && !found->empty();
}

CLAMS_INLINE std::vector<std::string> View::warnings() const {
  const auto found = metadata_.find("warnings");
  return found == metadata_.end() ? std::vector<std::string>{}
                                  : found->get<std::vector<std::string>>();
}

CLAMS_INLINE void View::set_warnings(const std::vector<std::string>& warnings) {
  metadata_.erase("contains");
  set_metadata("warnings", warnings);
}

// --- what it contains ---

CLAMS_INLINE const Json& View::contains() const { return metadata_object("contains"); }

CLAMS_INLINE const Json* View::contains_entry(const AtType& type) const {
  const Json& all = contains();
  if (const auto exact = all.find(type.uri()); exact != all.end()) return &*exact;
  for (auto entry = all.begin(); entry != all.end(); ++entry) {
    if (tree_->intern(entry.key()).matches(type)) return &entry.value();
  }
  return nullptr;
}

CLAMS_INLINE bool View::contains(const AtType& type) const {
  return contains_entry(type) != nullptr;
}

CLAMS_INLINE const Json& View::add_contains(const AtType& type, Json properties) {
  const Json* existing = contains_entry(type);
  mark_metadata_changed();
  if (!metadata_.contains("contains")) metadata_["contains"] = Json::object();
  Json& entry = existing != nullptr ? const_cast<Json&>(*existing)  // ours, found by const look-up
                                    : metadata_["contains"][type.uri()];
  if (entry.is_null()) entry = Json::object();
  for (auto& [name, value] : properties.items()) {
    entry[std::string(type.canonical_property(name))] = value;
  }
  return entry;
}

CLAMS_INLINE bool View::may_refer() const {
  if (has_targets_as_read_) return true;
  return std::any_of(types_as_read_.begin(), types_as_read_.end(), [](const AtType* type) {
    return type->reads_as_document() || type->matches(types::kAlignment) ||
           type->matches(types::kAnnotation);
  });
}

CLAMS_INLINE ElementRange<Annotation> View::annotations() {
  load();
  return ElementRange<Annotation>(annotations_);
}

CLAMS_INLINE ElementRange<const Annotation> View::annotations() const {
  load();
  return ElementRange<const Annotation>(annotations_);
}

CLAMS_INLINE std::size_t View::annotation_count() const {
  return annotations_as_read_.empty() ? annotations_.size() : annotation_count_as_read_;
}

CLAMS_INLINE std::vector<Annotation*> View::annotations(const AtType& type,
                                                        const Json& properties) const {
  load();
  const auto has_all = [&](const Annotation& annotation) {
    for (const auto& [name, wanted] : properties.items()) {
      const Json* value = annotation.find(name);
      if (value == nullptr || !equal_values(*value, wanted)) return false;
    }
    return true;
  };
  std::vector<Annotation*> found;
  for (const auto& annotation : annotations_) {
    if (annotation->is(type) && has_all(*annotation)) found.push_back(annotation.get());
  }
  return found;
}

CLAMS_INLINE std::vector<Document*> View::documents() const {
  load();
  std::vector<Document*> found;
  for (const auto& annotation : annotations_) {
    if (annotation->type().is_document()) found.push_back(annotation->as_document());
  }
  return found;
}

CLAMS_INLINE Annotation* View::find(std::string_view id) const {
  load();
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) return found->second;
  if (id.find(':') != std::string_view::npos) return nullptr;
  const auto by_long_id = by_id_.find(long_id(id));
  return by_long_id == by_id_.end() ? nullptr : by_long_id->second;
}

CLAMS_INLINE Annotation& View::at(std::string_view id) const {
  if (Annotation* found = find(id)) return *found;
  throw Error(ErrorCode::not_found, "view " + id_ + " has no annotation '" + std::string(id) + "'");
}

}  // namespace clams
