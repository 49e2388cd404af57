// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_writer.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <array>

namespace clams::detail {

/// Properties that say what one annotation is, and so stay with it even if all share them.
inline constexpr std::array<std::string_view, 9> kNeverShared{
    "start", "end", "targets", "source", "target", "representatives", "mime", "location", "text"};

/// Fields of view metadata in the order in which they are written, after all others.
inline constexpr std::array kMetadataOrder{"document",   "timestamp",        "app",   "contains",
                                           "parameters", "appConfiguration", "error", "warnings"};

/// Properties of documents that are written after all others.
inline constexpr std::array kDocumentOrder{"mime", "text", "id", "location"};

CLAMS_INLINE bool is_blank(const Json& value) {
  return value.is_null() || ((value.is_object() || value.is_array()) && value.empty()) ||
         (value.is_string() && value.get_ref<const std::string&>().empty());
}

template <typename Names>
bool is_among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

CLAMS_INLINE MmifWriter::MmifWriter(const MmifTree& tree, MmifLayout layout, UnusedContains unused)
    : tree_(tree),
      layout_(layout),
      unused_(unused),
      json_(out_, layout == MmifLayout::pretty ? JsonLayout::pretty : JsonLayout::compact,
            JsonSpelling::mmif) {}

CLAMS_INLINE std::string MmifWriter::write() {
  out_.reserve(tree_.text.size() + tree_.text.size() / 8 + 1024);
  json_.begin_object();
  json_.key("metadata");
  if (tree_.metadata_as_read.empty()) {
    json_.value(tree_.metadata);
  } else {
    pass_through(tree_.metadata_as_read);
  }
  json_.key("documents");
  json_.begin_array();
  for (const auto& document : tree_.documents) write_document(*document);
  json_.end_array();
  json_.key("views");
  json_.begin_array();
  for (const auto& view : tree_.views) write_view(*view);
  json_.end_array();
  json_.end_object();
  return std::move(out_);
}

CLAMS_INLINE void MmifWriter::pass_through(std::string_view text) {
  if (layout_ == MmifLayout::as_read) {
    json_.verbatim(text);
  } else {
    json_.relaid(text);
  }
}

CLAMS_INLINE void MmifWriter::write_document(const Document& document) {
  write_annotation(document, {});
}

CLAMS_INLINE void MmifWriter::write_view(const View& view) {
  if (!view.is_from_input()) return write_new_view(view);
  if (!view.has_changed()) return pass_through(view.as_read_);
  write_changed_view(view);
}

CLAMS_INLINE void MmifWriter::write_changed_view(const View& view) {
  json_.begin_object();
  json_.key("id");
  json_.text(view.id());
  json_.key("metadata");
  if (view.metadata_as_read_.empty()) {
    json_.value(view.metadata());
  } else {
    pass_through(view.metadata_as_read_);
  }
  json_.key("annotations");
  if (view.is_parsed()) {
    json_.begin_array();
    for (const auto& annotation : view.annotations_) write_annotation(*annotation, {});
    json_.end_array();
  } else {
    pass_through(view.annotations_as_read_);
  }
  json_.end_object();
}

CLAMS_INLINE void MmifWriter::write_new_view(const View& view) {
  const SharedProperties shared = share_properties(view);
  json_.begin_object();
  json_.key("id");
  json_.text(view.id());
  json_.key("metadata");
  json_.value(ordered_metadata(view, shared.contains));
  json_.key("annotations");
  json_.begin_array();
  for (const auto& annotation : view.annotations_) {
    const auto lifted = shared.lifted.find(annotation->type_);
    write_annotation(*annotation,
                     lifted == shared.lifted.end() ? std::vector<std::string>{} : lifted->second);
  }
  json_.end_array();
  json_.end_object();
}

CLAMS_INLINE Json MmifWriter::ordered_metadata(const View& view, const Json& contains) {
  const Json& metadata = view.metadata();
  Json ordered = Json::object();
  for (const auto& [field, value] : metadata.items()) {
    if (!is_among(kMetadataOrder, field) && !value.is_null()) ordered[field] = value;
  }
  for (const char* field : kMetadataOrder) {
    if (field == std::string_view("contains")) {
      if (!contains.empty() || (!view.has_error() && !view.has_warnings())) {
        ordered["contains"] = contains;
      }
      continue;
    }
    const auto value = metadata.find(field);
    if (value != metadata.end() && !is_blank(*value)) ordered[field] = *value;
  }
  return ordered;
}

CLAMS_INLINE MmifWriter::Groups MmifWriter::group_by_type(const View& view) {
  Groups groups;
  std::unordered_map<const AtType*, std::size_t> places;
  for (const auto& annotation : view.annotations_) {
    const auto [place, is_new] = places.try_emplace(annotation->type_, groups.size());
    if (is_new) groups.push_back({annotation->type_, {}});
    groups[place->second].second.push_back(annotation.get());
  }
  return groups;
}

CLAMS_INLINE std::vector<std::string> MmifWriter::shared_names(
    const std::vector<const Annotation*>& annotations) {
  std::vector<std::string> names;
  if (annotations.size() < 2) return names;
  for (const auto& item : annotations.front()->properties().items()) {
    const auto has_same = [&](const Annotation* annotation) {
      const Json* own = annotation->find_own(item.key());
      return own != nullptr && equal_values(*own, item.value());
    };
    if (is_among(kNeverShared, item.key())) continue;
    if (std::all_of(annotations.begin(), annotations.end(), has_same)) names.push_back(item.key());
  }
  return names;
}

CLAMS_INLINE SharedProperties MmifWriter::share_properties(const View& view) const {
  SharedProperties shared{view.contains(), {}};
  const Groups groups = group_by_type(view);
  for (const auto& [type, annotations] : groups) {
    auto names = shared_names(annotations);
    for (const std::string& name : names) {
      shared.contains[type->uri()][name] = annotations.front()->properties()[name];
    }
    if (!names.empty()) shared.lifted.emplace(type, std::move(names));
  }
  if (unused_ == UnusedContains::keep || view.has_error()) return shared;
  Json used = Json::object();
  for (const auto& [uri, properties] : shared.contains.items()) {
    const AtType entry(uri);
    const bool has_any = std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
      return group.first->matches(entry);
    });
    if (has_any) used[uri] = properties;
  }
  shared.contains = std::move(used);
  return shared;
}

CLAMS_INLINE void MmifWriter::write_annotation(const Annotation& annotation,
                                               const std::vector<std::string>& without) {
  if (!annotation.as_read_.empty()) return pass_through(annotation.as_read_);
  json_.begin_object();
  json_.key("@type");
  json_.text(annotation.type().uri());
  json_.key("properties");
  json_.begin_object();
  write_properties(annotation, without);
  json_.end_object();
  json_.end_object();
}

CLAMS_INLINE void MmifWriter::write_properties(const Annotation& annotation,
                                               const std::vector<std::string>& without) {
  const bool is_document = annotation.is_document();
  for (const auto& [name, value] : annotation.properties().items()) {
    if (is_document && is_among(kDocumentOrder, name)) continue;
    if (value.is_null() || is_among(without, name)) continue;
    json_.key(name);
    json_.value(value);
  }
  const auto write_id = [&] {
    json_.key("id");
    json_.text(annotation.id());
  };
  if (!is_document) return write_id();
  for (const std::string_view name : kDocumentOrder) {
    if (name == "id") {
      write_id();
      continue;
    }
    const Json* value = annotation.find_own(name);
    if (value == nullptr || is_blank(*value)) continue;
    if (name == "text" && value->is_object() && value->size() == 1 && is_blank(value->front())) {
      continue;  // no words in no language
    }
    json_.key(name);
    json_.value(*value);
  }
}

}  // namespace clams::detail
