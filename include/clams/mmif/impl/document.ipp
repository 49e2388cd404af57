// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/mmif_tree.hpp>
#include <clams/mmif/document.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/document_location.hpp>
#include <clams/util/error.hpp>
#include <clams/util/media_access.hpp>

#include <algorithm>
#include <utility>

namespace clams {

namespace detail {

/// A value that an `Annotation` about a document can hold: no object in a list, no object in an
/// object.
CLAMS_INLINE bool is_simple_value(const Json& value) {
  if (value.is_object()) {
    return std::none_of(value.begin(), value.end(), [](const Json& v) { return v.is_object(); });
  }
  return !value.is_array() ||
         std::none_of(value.begin(), value.end(), [](const Json& v) { return v.is_object(); });
}

/// What `use` makes of the location. What it throws then names the document.
template <typename Use>
auto use_location(const std::string& id, const std::optional<DocumentLocation>& location, Use use) {
  try {
    if (location) return use(*location);
  } catch (const Error& error) {
    throw Error{error.code(), "document " + id + ": " + error.what()};
  }
  throw Error{ErrorCode::not_found, "document " + id + ": it has no location"};
}

}  // namespace detail

CLAMS_INLINE const Json* Document::find(std::string_view name) const {
  if (const Json* pending = find_member(pending_, name)) return pending;
  if (const Json* own = find_own(name)) return own;
  if (const Json* noted = find_in_notes(name)) return noted;
  return Annotation::find(name);
}

CLAMS_INLINE const Json* Document::find_in_notes(std::string_view name) const {
  const auto& notes = tree_->relations().notes;
  const auto about = notes.find(id_);
  if (about == notes.end() || name == "id") return nullptr;
  const Json* value = nullptr;
  for (const Annotation* note : about->second) {  // the last view wins
    if (const Json* stated = note->find_own(name)) value = stated;
  }
  return value;
}

CLAMS_INLINE void Document::set(std::string_view name, Json value) {
  if (name == "text" && value.is_string()) return set_text(value.get<std::string>());
  if (name == "mime" && value.is_string()) return set_mime(value.get<std::string>());
  if (name == "location" && value.is_string()) return set_location(value.get<std::string>());
  const bool is_ours = parent_ != nullptr && !parent_->is_from_input();
  if (is_ours || name == "text" || !detail::is_simple_value(value)) {
    return Annotation::set(name, std::move(value));
  }
  if (find_own(name) == nullptr) pending_[std::string(name)] = std::move(value);
}

CLAMS_INLINE std::optional<DocumentLocation> Document::parsed_location() const {
  const Json* location = find_own("location");
  if (location == nullptr || !location->is_string()) return std::nullopt;
  return parse_document_location(location->get_ref<const std::string&>());
}

CLAMS_INLINE std::string Document::location() const {
  const auto location = parsed_location();
  return location ? location->uri : "";
}

CLAMS_INLINE void Document::set_location(std::string_view uri_or_absolute_path) {
  Annotation::set("location", parse_document_location(uri_or_absolute_path).uri);
}

CLAMS_INLINE std::string Document::location_scheme() const {
  const auto location = parsed_location();
  return location ? location->scheme : "";
}

CLAMS_INLINE std::string Document::location_address() const {
  const auto location = parsed_location();
  return location ? location->address : "";
}

CLAMS_INLINE std::optional<std::filesystem::path> Document::location_path() const {
  const auto location = parsed_location();
  if (!location || !location->file_path) return std::nullopt;
  return std::filesystem::path(*location->file_path);
}

CLAMS_INLINE std::string Document::mime() const {
  const Json* mime = find_own("mime");
  return mime == nullptr || !mime->is_string() ? "" : mime->get<std::string>();
}

CLAMS_INLINE void Document::set_mime(std::string mime) { Annotation::set("mime", std::move(mime)); }

CLAMS_INLINE MediaFile Document::open() const {
  return detail::use_location(id_, parsed_location(), [this](const DocumentLocation& location) {
    return tree_->media.open(location);
  });
}

CLAMS_INLINE std::string Document::url() const {
  return detail::use_location(id_, parsed_location(), [this](const DocumentLocation& location) {
    return tree_->media.url(location);
  });
}

CLAMS_INLINE std::string Document::text() const {
  if (!is(types::kTextDocument)) return "";
  return location().empty() ? text_part("@value") : open().read();
}

CLAMS_INLINE Json Document::take_pending() { return std::exchange(pending_, nullptr); }

CLAMS_INLINE std::string Document::language() const { return text_part("@language"); }

CLAMS_INLINE std::string Document::text_part(const char* part) const {
  const Json* text = find_own("text");
  if (text == nullptr || !text->is_object()) return "";
  const auto found = text->find(part);
  return found == text->end() || !found->is_string() ? "" : found->get<std::string>();
}

CLAMS_INLINE void Document::set_text(std::string text, std::string language) {
  Json value = {{"@value", std::move(text)}};
  if (!language.empty()) value["@language"] = std::move(language);
  Annotation::set("text", std::move(value));
}

}  // namespace clams
