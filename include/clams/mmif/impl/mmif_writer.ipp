// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_writer.hpp>
#include <clams/util/config.hpp>
#include <clams/util/detail/large_room.hpp>

#include <algorithm>
#include <array>

namespace clams::detail {

/// Properties that say what one annotation is, and so stay with it even if all share them.
inline constexpr std::array<std::string_view, 9> kNeverShared{
    "start", "end", "targets", "source", "target", "representatives", "mime", "location", "text"};

/// Fields of view metadata in the order in which they are written, after all others.
inline constexpr std::array<std::string_view, 8> kMetadataOrder{
    "document",   "timestamp",        "app",   "contains",
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
  const std::size_t read = tree_.text().size();
  constexpr std::size_t kMostAdded = std::size_t{256} << 10U;  // it grows by itself beyond
  reserve_room(out_, read + std::min(read, kMostAdded) + 1024);
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
  write_metadata(view, shared.contains ? *shared.contains : view.contains());
  json_.key("annotations");
  json_.begin_array();
  const std::vector<std::string> none;
  for (const auto& annotation : view.annotations_) {
    const auto lifted = shared.lifted.find(annotation->type_);
    write_annotation(*annotation, lifted == shared.lifted.end() ? none : lifted->second);
  }
  json_.end_array();
  json_.end_object();
}

CLAMS_INLINE const Json* MmifWriter::written_field(const View& view, const Json& contains,
                                                   std::string_view field) {
  if (field == "contains") {
    const bool is_missed = !view.has_error() && !view.has_warnings();
    return contains.empty() && !is_missed ? nullptr : &contains;
  }
  const Json* const value = find_member(view.metadata(), field);
  if (value == nullptr) return nullptr;
  const bool left_out = is_among(kMetadataOrder, field) ? is_blank(*value) : value->is_null();
  return left_out ? nullptr : value;
}

CLAMS_INLINE void MmifWriter::write_metadata(const View& view, const Json& contains) {
  const auto write_field = [&](std::string_view field) {
    const Json* const value = written_field(view, contains, field);
    if (value == nullptr) return;
    json_.key(field);
    json_.value(*value);
  };
  json_.begin_object();
  const Json& metadata = view.metadata();
  for (auto field = metadata.begin(); field != metadata.end(); ++field) {
    if (!is_among(kMetadataOrder, field.key())) write_field(field.key());
  }
  for (const std::string_view field : kMetadataOrder) write_field(field);
  json_.end_object();
}

CLAMS_INLINE MmifWriter::Groups MmifWriter::group_by_type(const View& view) {
  Groups groups;  // few: an app has but so many types
  for (const auto& annotation : view.annotations_) {
    const auto is_of_type = [&](const auto& group) { return group.first == annotation->type_; };
    auto place = std::find_if(groups.begin(), groups.end(), is_of_type);
    if (place == groups.end()) place = groups.insert(place, {annotation->type_, {}});
    place->second.push_back(annotation.get());
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

CLAMS_INLINE bool MmifWriter::is_used(const Groups& groups, const std::string& uri) {
  const auto has_uri = [&](const auto& group) { return group.first->uri() == uri; };
  if (std::any_of(groups.begin(), groups.end(), has_uri)) return true;
  const AtType entry(uri);
  return std::any_of(groups.begin(), groups.end(),
                     [&](const auto& group) { return group.first->matches(entry); });
}

CLAMS_INLINE SharedProperties MmifWriter::share_properties(const View& view) const {
  SharedProperties shared;
  const Groups groups = group_by_type(view);
  for (const auto& [type, annotations] : groups) {
    auto names = shared_names(annotations);
    if (names.empty()) continue;
    if (!shared.contains) shared.contains = view.contains();
    for (const std::string& name : names) {
      (*shared.contains)[type->uri()][name] = annotations.front()->properties()[name];
    }
    shared.lifted.emplace(type, std::move(names));
  }
  if (unused_ == UnusedContains::keep || view.has_error()) return shared;
  const Json& all = shared.contains ? *shared.contains : view.contains();
  Json used = make_json_object();
  for (auto entry = all.begin(); entry != all.end(); ++entry) {
    if (is_used(groups, entry.key())) used[entry.key()] = *entry;
  }
  if (used.size() < all.size()) shared.contains = std::move(used);
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
  const Json& properties = annotation.properties();
  for (auto property = properties.begin(); property != properties.end(); ++property) {
    if (is_document && is_among(kDocumentOrder, property.key())) continue;
    if (property->is_null() || is_among(without, property.key())) continue;
    json_.key(property.key());
    json_.value(*property);
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
