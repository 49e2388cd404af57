// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/annotation.hpp>
#include <clams/mmif/detail/mmif_tree.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

namespace clams {

namespace detail {

/// `properties` with every alias under its canonical name; where both stand, the canonical one is
/// kept.
CLAMS_INLINE Json with_canonical_names(const AtType& type, const Json& properties) {
  Json result = Json::object();
  for (const auto& [name, value] : properties.items()) {
    const std::string canonical(type.canonical_property(name));
    if (canonical == name || !properties.contains(canonical)) result[canonical] = value;
  }
  return result;
}

CLAMS_INLINE bool has_aliases(const AtType& type, const Json& properties) {
  for (const auto& [name, value] : properties.items()) {
    if (type.canonical_property(name) != name) return true;
  }
  return false;
}

CLAMS_INLINE Json own_properties(const AtType& type, Json properties) {
  if (find_member(properties, "id") != nullptr) properties.erase("id");
  if (has_aliases(type, properties)) return with_canonical_names(type, properties);
  return properties;
}

}  // namespace detail

CLAMS_INLINE void Annotation::take_properties(Json properties) {
  properties_ = detail::own_properties(*type_, std::move(properties));
}

CLAMS_INLINE Json& Annotation::own() const {
  if (properties_.is_null()) {
    properties_ = properties_as_read_.empty()
                      ? Json::object()
                      : detail::own_properties(*type_, parse_json(properties_as_read_));
  }
  return properties_;
}

CLAMS_INLINE const Json* Annotation::find_own(std::string_view canonical_name) const {
  return find_member(own(), canonical_name);
}

CLAMS_INLINE const Json* Annotation::find_derived(std::string_view name) const {
  if (name != "start" && name != "end") return nullptr;
  const Json* targets = find_own("targets");
  if (targets == nullptr || !targets->is_array() || targets->empty()) return nullptr;
  const detail::Anchor& anchor = tree_->anchors().of(*this);
  return name == "start" ? &anchor.start : &anchor.end;
}

CLAMS_INLINE const Json* Annotation::find_in_contains(std::string_view canonical_name) const {
  if (parent_ == nullptr) return nullptr;
  const Json* entry = parent_->contains_entry(*type_);
  if (entry == nullptr) return nullptr;
  for (auto property = entry->begin(); property != entry->end(); ++property) {
    if (type_->canonical_property(property.key()) == canonical_name) return &property.value();
  }
  return nullptr;
}

CLAMS_INLINE const Json* Annotation::find(std::string_view name) const {
  if (name == "id") {
    id_value_ = id_;
    return &id_value_;
  }
  const std::string_view canonical = type_->canonical_property(name);
  if (const Json* own = find_own(canonical)) return own;
  if (const Json* derived = find_derived(canonical)) return derived;
  return find_in_contains(canonical);
}

CLAMS_INLINE const Json* Annotation::find_stated(std::string_view name) const {
  const std::string_view canonical = type_->canonical_property(name);
  if (const Json* own = find_own(canonical)) return own;
  return find_in_contains(canonical);
}

CLAMS_INLINE const Json& Annotation::at(std::string_view name) const {
  if (const Json* value = find(name)) return *value;
  throw Error(ErrorCode::not_found,
              type_->short_name() + " " + id_ + " has no property '" + std::string(name) + "'");
}

CLAMS_INLINE void Annotation::throw_wrong_type(std::string_view name, const Json& value,
                                               std::string_view reason) const {
  throw Error(ErrorCode::invalid_input, "property '" + std::string(name) + "' of " +
                                            type_->short_name() + " " + id_ + " is " +
                                            write_json(value) + ": " + std::string(reason));
}

CLAMS_INLINE void Annotation::set(std::string_view name, Json value) {
  if (name == "id") {
    throw Error(ErrorCode::invalid_input, "the id of " + id_ + " is given when it is added");
  }
  mark_changed();
  own()[std::string(type_->canonical_property(name))] = std::move(value);
}

CLAMS_INLINE void Annotation::mark_changed() {
  as_read_ = {};
  if (parent_ != nullptr) parent_->mark_changed();
  tree_->forget_derived();
}

CLAMS_INLINE std::vector<std::pair<Annotation*, Annotation*>> Annotation::alignments() const {
  const auto& index = tree_->relations().alignments;
  const auto found = index.find(id_);
  if (found == index.end()) return {};
  return found->second;
}

}  // namespace clams
