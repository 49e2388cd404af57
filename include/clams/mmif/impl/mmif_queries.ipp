// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_tree.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>

namespace clams {

// --- documents ---

CLAMS_INLINE std::vector<Document*> Mmif::documents(const AtType& type) const {
  std::vector<Document*> found;
  for (const auto& view : tree_->views) {
    for (Document* document : view->documents()) {
      if (document->is(type)) found.push_back(document);
    }
  }
  for (const auto& document : tree_->documents) {
    if (document->is(type)) found.push_back(document.get());
  }
  return found;
}

CLAMS_INLINE std::vector<Document*> Mmif::documents_in_view(std::string_view view_id) const {
  const View* view = find_view(view_id);
  return view == nullptr ? std::vector<Document*>{} : view->documents();
}

CLAMS_INLINE std::vector<Document*> Mmif::documents_by_app(std::string_view app) const {
  std::vector<Document*> found;
  for (const auto& view : tree_->views) {
    if (view->app() != app) continue;
    const auto documents = view->documents();
    found.insert(found.end(), documents.begin(), documents.end());
  }
  return found;
}

CLAMS_INLINE std::vector<Document*> Mmif::documents_with(std::string_view property,
                                                         const Json& value) const {
  const auto matches = [&](const Document& document) {
    const Json* stated = document.find(property);
    return stated != nullptr && equal_values(*stated, value);
  };
  std::vector<Document*> found;
  for (const auto& view : tree_->views) {
    for (Document* document : view->documents()) {
      if (matches(*document)) found.push_back(document);
    }
  }
  for (const auto& document : tree_->documents) {
    if (matches(*document)) found.push_back(document.get());
  }
  return found;
}

CLAMS_INLINE std::vector<std::string> Mmif::document_locations(const AtType& type) const {
  std::vector<std::string> locations;
  for (const auto& document : tree_->documents) {
    if (!document->is(type)) continue;
    if (std::string location = document->location(); !location.empty()) {
      locations.push_back(std::move(location));
    }
  }
  return locations;
}

// --- views ---

CLAMS_INLINE std::vector<View*> Mmif::views_containing(const std::vector<AtType>& types) const {
  std::vector<View*> found;
  for (const auto& view : tree_->views) {
    const bool has_all = std::all_of(types.begin(), types.end(),
                                     [&](const AtType& type) { return view->contains(type); });
    if (has_all) found.push_back(view.get());
  }
  return found;
}

CLAMS_INLINE std::vector<View*> Mmif::views_containing(const AtType& type) const {
  return views_containing(std::vector<AtType>{type});
}

CLAMS_INLINE std::vector<View*> Mmif::views_containing_uri(std::string_view uri) const {
  std::vector<View*> found;
  for (const auto& view : tree_->views) {
    if (view->contains().contains(std::string(uri))) found.push_back(view.get());
  }
  return found;
}

CLAMS_INLINE View* Mmif::last_view_containing(const std::vector<AtType>& types) const {
  const auto found = views_containing(types);
  return found.empty() ? nullptr : found.back();
}

CLAMS_INLINE std::vector<View*> Mmif::views_for_document(std::string_view document_id) const {
  const auto is_about = [&](const Annotation& annotation) {
    const Json* document = annotation.find_stated("document");
    return document != nullptr && document->is_string() &&
           document->get_ref<const std::string&>() == document_id;
  };
  std::vector<View*> found;
  for (const auto& view : tree_->views) {
    const auto annotations = view->annotations();
    if (std::any_of(annotations.begin(), annotations.end(), is_about)) found.push_back(view.get());
  }
  return found;
}

CLAMS_INLINE std::vector<View*> Mmif::views_with_error() const {
  std::vector<View*> found;
  for (const auto& view : tree_->views) {
    if (view->has_error()) found.push_back(view.get());
  }
  return found;
}

CLAMS_INLINE std::optional<ViewError> Mmif::last_error() const {
  const auto failed = views_with_error();
  return failed.empty() ? std::nullopt : failed.back()->error();
}

CLAMS_INLINE View* Mmif::last_contentful_view() const {
  const auto& views = tree_->views;
  const auto found = std::find_if(views.rbegin(), views.rend(), [](const auto& view) {
    return !view->metadata().contains("error") && !view->metadata().contains("warnings");
  });
  return found == views.rend() ? nullptr : found->get();
}

}  // namespace clams
