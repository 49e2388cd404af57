// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/anchors.hpp>
#include <clams/mmif/detail/reference_checks.hpp>
#include <clams/mmif/detail/view_metadata_schema.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/document_location.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json_reader.hpp>

#include <algorithm>
#include <cctype>
#include <string>

namespace clams::detail {

[[noreturn]] CLAMS_INLINE void bad_reference(const Annotation& annotation, const std::string& why) {
  throw Error(ErrorCode::invalid_input,
              annotation.type().short_name() + " " + annotation.id() + ": " + why);
}

CLAMS_INLINE bool has_valid_base(std::string_view type) {
  const std::size_t slash = type.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return true;
  const std::string_view base = type.substr(0, slash);
  const std::size_t colon = base.find(':');
  if (colon == std::string_view::npos) return false;
  std::string scheme(base.substr(0, colon));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (scheme != "http" && scheme != "https") return false;
  std::string_view host = base.substr(colon + 1);
  host.remove_prefix(std::min(host.find_first_not_of('/'), host.size()));
  host = host.substr(0, host.find_first_of("/?#"));
  return !host.empty() && host.find(' ') == std::string_view::npos;
}

CLAMS_INLINE void check_text_property(const Document& document, std::string_view text) {
  JsonReader reader(text);
  const JsonReader::Kind kind = reader.peek();
  if (kind == JsonReader::Kind::null) return;
  if (kind != JsonReader::Kind::object) {
    bad_reference(document, "text: " + wrong_type_message(reader.read_value(), "object"));
  }
  reader.read_object([&](std::string_view key) {
    if (key != "@value" && key != "@language") {
      bad_reference(document,
                    "text may have '@value' and '@language', not '" + std::string(key) + "'");
    }
    reader.skip_value();
  });
}

CLAMS_INLINE void check_location(const Document& document, std::string_view text) {
  JsonReader reader(text);
  if (reader.peek() != JsonReader::Kind::string) {
    bad_reference(document, "location: " + wrong_type_message(reader.read_value(), "string"));
  }
  try {
    static_cast<void>(parse_document_location(reader.read_string()));
  } catch (const Error& error) {
    bad_reference(document, error.what());
  }
}

/// Looks at a document's text in the input, since most documents' properties are never asked for.
CLAMS_INLINE void check_document(const Document& document) {
  std::string_view text;
  std::string_view location;
  JsonReader reader(document.properties_as_read());
  reader.read_object([&](std::string_view key) {
    std::string_view unchecked;
    std::string_view& value = key == "text" ? text : key == "location" ? location : unchecked;
    value = reader.skip_value();  // of two with one name the last counts
  });
  if (!text.empty()) check_text_property(document, text);
  if (!location.empty()) check_location(document, location);
}

CLAMS_INLINE void check_note(const Annotation& note) {
  const Json* document = note.find("document");
  if (document == nullptr || !document->is_string()) {
    bad_reference(note, "'document' must name the document that it is about");
  }
}

CLAMS_INLINE void check_alignment(const Annotation& alignment) {
  const Json* source = alignment.find("source");
  const Json* target = alignment.find("target");
  if (source == nullptr || target == nullptr) return;
  for (const Json* end : {source, target}) {
    if (!end->is_string()) bad_reference(alignment, wrong_type_message(*end, "string"));
  }
}

CLAMS_INLINE void check_annotation(MmifTree& tree, const Annotation& annotation) {
  if (const Document* document = annotation.as_document()) check_document(*document);
  if (annotation.is(types::kAnnotation)) check_note(annotation);
  if (annotation.is(types::kAlignment)) check_alignment(annotation);
  const Json& properties = annotation.properties();
  if (!properties.contains("targets")) return;
  if (properties.contains("start") || properties.contains("end")) {
    bad_reference(annotation, "has both 'targets' and 'start'/'end', so its anchor is ambiguous");
  }
  const Json& targets = properties["targets"];
  if (!targets.is_array()) bad_reference(annotation, wrong_type_message(targets, "array"));
  if (!targets.empty()) tree.anchors().of(annotation);
}

CLAMS_INLINE void check_contains(const View& view) {
  for (const auto& [uri, properties] : view.contains().items()) {
    if (has_valid_base(uri)) continue;
    throw Error(ErrorCode::invalid_input,
                "view " + view.id() + ": '" + uri + "' in contains is no http(s) URL");
  }
}

CLAMS_INLINE void check_references(MmifTree& tree) {
  for (const auto& document : tree.documents) check_document(*document);
  for (const auto& view : tree.views) {
    check_contains(*view);
    if (!view->may_refer()) continue;  // parsing it can wait until someone asks
    for (const Annotation& annotation : view->annotations()) check_annotation(tree, annotation);
  }
}

}  // namespace clams::detail
