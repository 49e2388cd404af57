// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_reader.hpp>
#include <clams/mmif/detail/mmif_tree.hpp>
#include <clams/mmif/detail/mmif_writer.hpp>
#include <clams/mmif/detail/reference_checks.hpp>
#include <clams/mmif/detail/view_metadata_schema.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>

namespace clams {

CLAMS_INLINE Mmif::Mmif() : tree_(std::make_unique<detail::MmifTree>()) {
  tree_->metadata["mmif"] = "http://mmif.clams.ai/1.2.0";
}
CLAMS_INLINE Mmif::Mmif(std::unique_ptr<detail::MmifTree> tree) : tree_(std::move(tree)) {}
CLAMS_INLINE Mmif::~Mmif() = default;
CLAMS_INLINE Mmif::Mmif(Mmif&&) noexcept = default;
CLAMS_INLINE Mmif& Mmif::operator=(Mmif&&) noexcept = default;

CLAMS_INLINE Mmif Mmif::parse(std::string text) {
  return parse(std::make_shared<const std::string>(std::move(text)));
}

CLAMS_INLINE Mmif Mmif::parse(std::shared_ptr<const std::string> text) {
  auto tree = std::make_unique<detail::MmifTree>();
  tree->input = std::move(text);
  detail::MmifReader(*tree, tree->text()).read();
  return Mmif(std::move(tree));
}

CLAMS_INLINE std::string Mmif::serialize(MmifLayout layout, UnusedContains unused) const {
  return detail::MmifWriter(*tree_, layout, unused).write();
}

CLAMS_INLINE std::string Mmif::spec_version() const { return tree_->metadata.value("mmif", ""); }
CLAMS_INLINE const Json& Mmif::metadata() const { return tree_->metadata; }

CLAMS_INLINE void Mmif::set_media_access(MediaAccess access) { tree_->media = std::move(access); }

CLAMS_INLINE const std::vector<std::string>& Mmif::remarks() const { return tree_->remarks; }

// --- documents ---

CLAMS_INLINE ElementRange<Document> Mmif::documents() {
  return ElementRange<Document>(tree_->documents);
}
CLAMS_INLINE ElementRange<const Document> Mmif::documents() const {
  return ElementRange<const Document>(tree_->documents);
}

CLAMS_INLINE Document& Mmif::add_document(const AtType& type, std::string_view location,
                                          std::string mime, std::string_view id) {
  std::string name(id);
  for (std::size_t n = tree_->documents.size() + 1; name.empty(); ++n) {
    const std::string candidate = "d" + std::to_string(n);
    if (tree_->find_document(candidate) == nullptr) name = candidate;
  }
  if (tree_->find_document(name) != nullptr || tree_->find_view(name) != nullptr) {
    throw Error(ErrorCode::already_exists, "this MMIF has a document or view '" + name + "'");
  }
  auto document =
      std::unique_ptr<Document>(new Document(*tree_, nullptr, tree_->intern(type.uri()), name));
  if (!mime.empty()) document->set_mime(std::move(mime));
  if (!location.empty()) document->set_location(location);
  return *tree_->documents.emplace_back(std::move(document));
}

// --- views ---

CLAMS_INLINE ElementRange<View> Mmif::views() { return ElementRange<View>(tree_->views); }
CLAMS_INLINE ElementRange<const View> Mmif::views() const {
  return ElementRange<const View>(tree_->views);
}

CLAMS_INLINE std::string Mmif::new_view_id() const {
  for (std::size_t n = tree_->views.size();; ++n) {
    std::string id = "v_" + std::to_string(n);
    if (tree_->find_view(id) == nullptr && tree_->find_document(id) == nullptr) return id;
  }
}

CLAMS_INLINE View& Mmif::new_view() {
  auto view = std::unique_ptr<View>(new View(*tree_, new_view_id()));
  return *tree_->views.emplace_back(std::move(view));
}

CLAMS_INLINE void Mmif::remove_views(const std::function<bool(const View&)>& doomed) {
  std::erase_if(tree_->views, [&](const auto& view) { return doomed(*view); });
  tree_->forget_derived();
}

// --- anything by id ---

CLAMS_INLINE View* Mmif::find_view(std::string_view id) const { return tree_->find_view(id); }
CLAMS_INLINE Annotation* Mmif::find(std::string_view id) const { return tree_->find(id); }

CLAMS_INLINE Annotation& Mmif::at(std::string_view id) const {
  if (Annotation* found = find(id)) return *found;
  throw Error(ErrorCode::not_found,
              "this MMIF has no document or annotation '" + std::string(id) + "'");
}

CLAMS_INLINE View& Mmif::view(std::string_view id) const {
  if (View* found = find_view(id)) return *found;
  throw Error(ErrorCode::not_found, "this MMIF has no view '" + std::string(id) + "'");
}

// --- the end of a run ---

namespace detail {

/// All documents, top-level and in views that were parsed: only those can have been changed.
CLAMS_INLINE std::vector<Document*> loaded_documents(const MmifTree& tree) {
  std::vector<Document*> documents;
  for (const auto& view : tree.views) {
    if (view->is_from_input() && !view->is_parsed()) continue;
    for (Annotation& annotation : view->annotations()) {
      if (annotation.is_document()) documents.push_back(annotation.as_document());
    }
  }
  for (const auto& document : tree.documents) documents.push_back(document.get());
  return documents;
}

}  // namespace detail

CLAMS_INLINE bool Mmif::has_pending_document_properties() const {
  const auto documents = detail::loaded_documents(*tree_);
  return std::any_of(documents.begin(), documents.end(),
                     [](const Document* document) { return document->has_pending(); });
}

CLAMS_INLINE void Mmif::record_document_properties(View& view) {
  for (Document* document : detail::loaded_documents(*tree_)) {
    Json properties = document->take_pending();
    if (properties.empty()) continue;
    properties["document"] = document->id();
    view.add_annotation(types::kAnnotation, std::move(properties));
  }
}

CLAMS_INLINE void Mmif::check_new_views() const {
  for (const View& view : views()) {
    if (view.is_from_input()) continue;
    const auto written = [&view, &contains = view.contains()](std::string_view field) {
      return detail::MmifWriter::written_field(view, contains, field);
    };
    if (const auto found = detail::find_view_metadata_violation(written)) {
      throw Error(ErrorCode::app_failure, "the app wrote an invalid view " + view.id() +
                                              ": metadata" + found->pointer + ": " +
                                              found->message);
    }
    const AtType* right = nullptr;  // the type before: most are like it
    for (const Annotation& annotation : view.annotations()) {
      const AtType& type = annotation.type();
      if (&type == right) continue;
      if (type.uri().empty() || !detail::has_valid_base(type.uri())) {
        throw Error(ErrorCode::app_failure, "the app wrote annotation " + annotation.id() +
                                                " of type '" + type.uri() +
                                                "', which is no http(s) URL");
      }
      right = &type;
    }
  }
}

}  // namespace clams
