// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/input_remarks.hpp>
#include <clams/mmif/detail/mmif_reader.hpp>
#include <clams/mmif/view.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace clams {

// --- reading an input view when it is first asked for ---

CLAMS_INLINE void View::load() const {
  if (annotations_as_read_.empty()) return;
  auto& self = const_cast<View&>(*this);  // views are never const objects: the tree owns them
  const std::string_view text = std::exchange(self.annotations_as_read_, {});
  detail::MmifReader(*tree_, text).read_annotations(self);
  self.lengthen_short_ids();
  for (const auto& annotation : annotations_) {
    const auto [place, is_new] = self.by_id_.insert_or_assign(annotation->id(), annotation.get());
    if (!is_new) tree_->remarks.push_back(detail::duplicate_id_remark("annotations", place->first));
    self.count_id(annotation->id());
  }
}

CLAMS_INLINE void View::lengthen_short_ids() {
  const auto is_short = [](const auto& a) { return a->id().find(':') == std::string::npos; };
  // Those that are renamed come after those that need not be, as everywhere in CLAMS.
  const auto first_short = std::stable_partition(annotations_.begin(), annotations_.end(),
                                                 [&](const auto& a) { return !is_short(a); });
  for (auto it = first_short; it != annotations_.end(); ++it) {
    Annotation& annotation = **it;
    annotation.id_ = long_id(annotation.id_);
    lengthen_references(annotation.own());
    if (const Json* entry = contains_entry(annotation.type())) {
      lengthen_references(const_cast<Json&>(*entry));  // ours, found by const look-up
    }
  }
}

CLAMS_INLINE void View::lengthen_references(Json& properties) const {
  const auto lengthen = [this](Json& reference) {
    if (!reference.is_string()) return;
    const auto& id = reference.get_ref<const std::string&>();
    if (tree_->find_document(id) == nullptr) reference = long_id(id);
  };
  for (const char* name : {"document", "source", "target"}) {
    if (properties.contains(name)) lengthen(properties[name]);
  }
  for (const char* name : {"targets", "representatives"}) {
    if (!properties.contains(name) || !properties[name].is_array()) continue;
    for (Json& reference : properties[name]) lengthen(reference);
  }
}

// --- ids ---

CLAMS_INLINE std::string View::long_id(std::string_view id) const {
  if (id.find(':') != std::string_view::npos) return std::string(id);
  return id_ + ":" + std::string(id);
}

CLAMS_INLINE void View::count_id(std::string_view id) {
  const std::string_view local = id.substr(id.rfind(':') + 1);  // npos + 1 is 0
  const std::size_t underscore = local.rfind('_');
  if (underscore == std::string_view::npos || underscore == 0) return;
  const std::string_view digits = local.substr(underscore + 1);
  long number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failure != std::errc{} || end != digits.data() + digits.size() || number < 0) return;
  long& last = last_number_[std::string(local.substr(0, underscore))];
  last = std::max(last, number);
}

CLAMS_INLINE std::string View::next_id(const AtType& type) {
  const std::string prefix = type.id_prefix();
  std::string id;
  do {
    id = id_ + ":" + prefix + "_" + std::to_string(++last_number_[prefix]);
  } while (by_id_.contains(id));
  return id;
}

// --- adding ---

CLAMS_INLINE std::unique_ptr<Annotation> View::make_annotation(const AtType& type, std::string id) {
  if (type.reads_as_document()) {
    return std::unique_ptr<Annotation>(new Document(*tree_, this, type, std::move(id)));
  }
  return std::unique_ptr<Annotation>(new Annotation(*tree_, this, type, std::move(id)));
}

CLAMS_INLINE Annotation& View::append(std::unique_ptr<Annotation> annotation) {
  mark_changed();
  Annotation& added = *annotations_.emplace_back(std::move(annotation));
  if (added.is(types::kAlignment) || added.is(types::kAnnotation)) tree_->forget_derived();
  by_id_[added.id()] = &added;
  count_id(added.id());
  return added;
}

CLAMS_INLINE Annotation& View::add_annotation(const AtType& type, Json properties,
                                              std::string_view id) {
  load();
  const AtType& known = tree_->intern(type.uri());
  const std::string full_id = id.empty() ? next_id(known) : long_id(id);
  if (by_id_.contains(full_id)) {
    throw Error(ErrorCode::already_exists,
                "Key ID already exists: view " + id_ + " has an annotation '" + full_id + "'");
  }
  auto annotation = make_annotation(known, full_id);
  annotation->take_properties(std::move(properties));
  annotation->id_ = full_id;
  if (!contains(type)) add_contains(type);
  return append(std::move(annotation));
}

CLAMS_INLINE Document& View::add_text_document(std::string text, std::string language,
                                               std::string_view id) {
  Annotation& added = add_annotation(types::kTextDocument, Json::object(), id);
  Document& document = *added.as_document();
  document.set_text(std::move(text), std::move(language));
  return document;
}

CLAMS_INLINE Annotation& View::add_alignment(const Annotation& source, const Annotation& target) {
  return add_annotation(types::kAlignment, {{"source", source.id()}, {"target", target.id()}});
}

}  // namespace clams
