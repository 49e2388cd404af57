// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_tree.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>

#include <algorithm>

namespace clams::detail {

CLAMS_INLINE const AtType& MmifTree::intern(std::string_view uri) {
  const auto found = types_.find(uri);
  if (found != types_.end()) return *found->second;
  auto type = std::make_unique<AtType>(std::string{uri});
  const std::string_view key = type->uri();
  return *types_.emplace(key, std::move(type)).first->second;
}

/// The last element with this id, null if there is none: ids may repeat, and then the last one
/// counts.
template <typename Elements>
auto* last_with_id(const Elements& elements, std::string_view id) {
  const auto found = std::find_if(elements.rbegin(), elements.rend(),
                                  [id](const auto& element) { return element->id() == id; });
  return found == elements.rend() ? nullptr : found->get();
}

CLAMS_INLINE Document* MmifTree::find_document(std::string_view id) const {
  return last_with_id(documents, id);
}

CLAMS_INLINE View* MmifTree::find_view(std::string_view id) const {
  return last_with_id(views, id);
}

CLAMS_INLINE Annotation* MmifTree::find(std::string_view id) const {
  if (Document* document = find_document(id)) return document;
  const std::size_t colon = id.find(':');
  if (colon == std::string_view::npos) return nullptr;
  Annotation* found = nullptr;
  for (const auto& view : views) {
    if (view->id() != id.substr(0, colon)) continue;
    if (Annotation* annotation = view->find(id)) found = annotation;
  }
  return found;
}

CLAMS_INLINE void MmifTree::index_alignment(RelationIndex& index, Annotation& alignment) const {
  const Json* source_id = alignment.find("source");
  const Json* target_id = alignment.find("target");
  if (source_id == nullptr || target_id == nullptr) return;
  if (!source_id->is_string() || !target_id->is_string()) return;
  if (find(alignment.id()) != &alignment) return;  // a later annotation has taken its id
  Annotation* source = find(source_id->get_ref<const std::string&>());
  Annotation* target = find(target_id->get_ref<const std::string&>());
  if (source == nullptr || target == nullptr) return;
  index.alignments[source->id()].emplace_back(&alignment, target);
  index.alignments[target->id()].emplace_back(&alignment, source);
}

CLAMS_INLINE const RelationIndex& MmifTree::relations() {
  if (relations_) return *relations_;
  RelationIndex index;
  for (const auto& view : views) {
    if (view->is_from_input() && !view->may_refer() && !view->has_changed()) continue;
    for (Annotation& annotation : view->annotations()) {
      if (annotation.is(types::kAlignment)) index_alignment(index, annotation);
      if (!annotation.is(types::kAnnotation)) continue;
      const Json* document = annotation.find("document");
      if (document == nullptr || !document->is_string()) continue;
      index.notes[document->get<std::string>()].push_back(&annotation);
    }
  }
  return relations_.emplace(std::move(index));
}

CLAMS_INLINE Anchors& MmifTree::anchors() {
  if (!anchors_) anchors_.emplace(*this);
  return *anchors_;
}

CLAMS_INLINE void MmifTree::forget_derived() noexcept {
  relations_.reset();
  anchors_.reset();
}

}  // namespace clams::detail
