// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/summary_parts.hpp>
#include <clams/mmif/impl/summary_times.ipp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>

#include <algorithm>
#include <string>

namespace clams::detail {

// A mention this many milliseconds after the one before it, or more, begins a new group.
inline constexpr double kEntityGroupGap = 1000;

CLAMS_INLINE Json text_offsets_of_entity(const SummaryIndex& index, const Annotation& entity) {
  const Json targets = property_or_null(entity, "targets");
  if (!targets.is_array() || targets.empty()) return Json::array({-1, -1});
  const auto offset = [&](const Json& id, const char* name) {
    const Annotation* const token = index.find(id);
    const Json value = token == nullptr ? Json(nullptr) : property_or_null(*token, name);
    return value.is_null() ? Json(-1) : value;
  };
  return Json::array({offset(targets.front(), "start"), offset(targets.back(), "end")});
}

CLAMS_INLINE Json summarized_entity(const SummaryIndex& index, const Annotation& entity) {
  const Json document_id = property_or_null(entity, "document");
  const Annotation* const document = index.find(document_id);
  const Json time = document == nullptr ? Json(nullptr) : index.time_point_of_document(*document);
  return {{"id", entity.id()},
          {"group", 0},
          {"cat", property_or_null(entity, "category")},
          {"document", document_id},
          {"time-point", time.is_null() ? Json(-1) : time},
          {"text-offsets", text_offsets_of_entity(index, entity)}};
}

/// Orders mentions by time and numbers the groups of those that are close to each other.
CLAMS_INLINE void group_mentions(Json& mentions) {
  std::stable_sort(mentions.begin(), mentions.end(),
                   [](const Json& a, const Json& b) { return a["time-point"] < b["time-point"]; });
  int group = 0;
  Json before = mentions.front()["time-point"];
  for (Json& mention : mentions) {
    const Json& time = mention["time-point"];
    const bool comparable = before.is_number() && time.is_number();
    if (comparable && time.get<double>() - before.get<double>() >= kEntityGroupGap) ++group;
    mention["group"] = group;
    before = time;
  }
}

CLAMS_INLINE Json summarized_entities(const SummaryIndex& index) {
  Json by_text = Json::object();
  for (const Annotation* entity : annotations_named(index.mmif(), types::kNamedEntity.name)) {
    const Json text = property_or_null(*entity, "text");
    const std::string name = text.is_string() ? text.get<std::string>() : std::string{};
    by_text[name].push_back(summarized_entity(index, *entity));
  }
  Json entities = Json::array();
  for (auto& [text, mentions] : by_text.items()) {
    group_mentions(mentions);
    entities.push_back({{"text", text}, {"instances", std::move(mentions)}});
  }
  return entities;
}

}  // namespace clams::detail
