// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>

#include <string>
#include <vector>

namespace clams::testing {

/// An empty list, for what a view or a workflow has none of.
inline const Json kNone = Json::array();

/// An annotation, or a document, as it stands in a file.
inline Json element(const VocabularyType& type, const std::string& id, const Json& properties) {
  Json all = {{"id", id}};
  all.update(properties);
  return {{"@type", AtType{type}.uri()}, {"properties", all}};
}

/// A view with its types in `contains`, unless `metadata` has an error or warnings.
inline Json view(const std::string& id, const Json& metadata,
                 const std::vector<Json>& annotations) {
  Json all = metadata;
  if (!all.contains("error") && !all.contains("warnings") && !all.contains("contains")) {
    all["contains"] = Json::object();
    for (const Json& annotation : annotations) {
      all["contains"][annotation["@type"].get<std::string>()] = Json::object();
    }
  }
  return {{"id", id}, {"metadata", all}, {"annotations", annotations}};
}

/// Who and when.
inline Json signature(const std::string& app, const std::string& timestamp) {
  return {{"app", "http://apps.clams.ai/" + app}, {"timestamp", "2026-01-01T00:00:" + timestamp}};
}

/// The text of a document with one video, `d1`.
inline std::string text_of(const std::vector<Json>& views) {
  const Json video =
      element(types::kVideoDocument, "d1", {{"mime", "video/mp4"}, {"location", "file:///a.mp4"}});
  return write_json({{"metadata", {{"mmif", "http://mmif.clams.ai/1.2.0"}}},
                     {"documents", Json::array({video})},
                     {"views", views}});
}

inline Mmif mmif_of(const std::vector<Json>& views) { return Mmif::parse(text_of(views)); }

}  // namespace clams::testing
