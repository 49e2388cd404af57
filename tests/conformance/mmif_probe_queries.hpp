// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/error.hpp>
#include <clams/util/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace clams::probe {

/// How many annotations of a view the answers list.
inline constexpr std::size_t kListedAnnotations = 40;

/// The answers to all queries of the recorded files, by the names they have there.
[[nodiscard]] Json answer_queries(const Mmif& mmif);

/// The parts of it: about documents, views, and annotations.
void answer_document_queries(const Mmif& mmif, Json& answers);
void answer_view_queries(const Mmif& mmif, Json& answers);
void answer_annotation_queries(const Mmif& mmif, Json& answers);

/// What a query returns, or `{"!error": ...}` if it throws.
template <typename Query>
Json answer_or_error(Query query) {
  try {
    return Json(query());
  } catch (const Error& error) {
    return Json::object({{"!error", error.what()}});
  }
}

/// The ids of what a query found.
template <typename Range>
Json ids_of(const Range& found) {
  Json ids = Json::array();
  for (const auto* item : found) ids.push_back(item->id());
  return ids;
}

/// The annotations of a view as lookups by id give them: the recorded answers know one annotation
/// an id, where this library passes all through and finds the last.
[[nodiscard]] std::vector<const Annotation*> distinct_annotations(const View& view);

/// Those of `found` that lookups by id give.
[[nodiscard]] std::vector<const Annotation*> distinct(const std::vector<Annotation*>& found);

/// The id, or null for nothing.
template <typename Item>
Json id_or_null(const Item* item) {
  return item != nullptr ? Json(item->id()) : Json(nullptr);
}

/// The text, or null for an empty one.
[[nodiscard]] Json text_or_null(const std::string& text);

/// The types that are asked for by name.
[[nodiscard]] const std::vector<VocabularyType>& asked_types();

}  // namespace clams::probe
