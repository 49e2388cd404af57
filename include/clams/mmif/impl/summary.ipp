// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/mmif/detail/summary_parts.hpp>
#include <clams/mmif/summary.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace clams {
namespace detail {

CLAMS_INLINE Json summarized_documents(const Mmif& mmif) {
  Json documents = Json::array();
  for (const Document& document : mmif.documents()) {
    const std::string location = document.location();
    documents.push_back({{"id", document.id()},
                         {"type", document.type().short_name()},
                         {"location", location.empty() ? Json(nullptr) : Json(location)}});
  }
  return documents;
}

/// Own properties, then those that hold for all annotations of the type in the view.
CLAMS_INLINE Json all_properties(const View& view, const Annotation& annotation) {
  Json properties = {{"id", annotation.id()}};
  properties.update(annotation.properties());
  for (const auto& [type, stated] : view.contains().items()) {
    if (!AtType{type}.matches(annotation.type())) continue;
    for (const auto& [name, value] : stated.items()) {
      const std::string canonical{annotation.type().canonical_property(name)};
      if (!properties.contains(canonical)) properties[canonical] = value;
    }
  }
  return properties;
}

/// The `Annotation` annotations of each view that has some.
CLAMS_INLINE Json summarized_notes(const Mmif& mmif) {
  Json notes = Json::object();
  for (const View& view : mmif.views()) {
    for (const Annotation* note : annotations_named(view, types::kAnnotation.name)) {
      notes[view.id()].push_back(all_properties(view, *note));
    }
  }
  return notes;
}

/// `1:02:03`
CLAMS_INLINE Json duration_text(const Json& milliseconds) {
  if (!milliseconds.is_number() || milliseconds == -1) return "nil";
  const auto seconds = milliseconds.get<std::int64_t>() / 1000;
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/// Size and version, and what the first note says of the video.
CLAMS_INLINE Json summarized_file(const Mmif& mmif, std::size_t size, const Json& notes) {
  Json file = {{"mmif_version", mmif.spec_version()}, {"size", size}};
  if (notes.empty()) return file;
  const Json& note = notes.front().front();
  if (note.contains("fps")) file["fps"] = note["fps"];
  if (note.contains("frameCount")) file["frames"] = note["frameCount"];
  if (note.contains("duration")) {
    file["duration_ms"] = note["duration"];
    file["duration_ts"] = duration_text(note["duration"]);
  }
  return file;
}

CLAMS_INLINE Json summarized_view(const View& view) {
  Json contains = Json::array();
  for (const auto& [type, properties] : view.contains().items()) contains.push_back(type);
  Json counts = Json::object();
  for (const Annotation& annotation : view.annotations()) {
    const std::string& name = annotation.type().short_name();
    counts[name] = counts.value(name, 0L) + 1;
  }
  Json summary = {{"id", view.id()},
                  {"app", view.app()},
                  {"timestamp", view.metadata().value("timestamp", Json(nullptr))},
                  {"contains", std::move(contains)},
                  {"annotation_count", view.annotation_count()},
                  {"annotation_types", std::move(counts)},
                  {"parameters", view.parameters()},
                  {"appConfiguration", view.app_configuration()}};
  for (const char* key : {"warnings", "error"}) {
    const auto found = view.metadata().find(key);
    if (found != view.metadata().end() && !found->empty()) summary[key] = *found;
  }
  return summary;
}

CLAMS_INLINE Json summarized_views(const Mmif& mmif) {
  Json views = Json::array();
  for (const View& view : mmif.views()) views.push_back(summarized_view(view));
  return views;
}

}  // namespace detail

CLAMS_INLINE Json summarize(const Mmif& mmif, std::size_t size) {
  const std::size_t videos = mmif.documents(types::kVideoDocument).size();
  if (videos > 1) {
    throw Error(ErrorCode::invalid_input,
                fmt::format("there is more than one video document: {}", videos));
  }
  const detail::SummaryIndex index{mmif};
  Json notes = detail::summarized_notes(mmif);
  Json time_frames = detail::summarized_time_frames(index);
  Json statistics = detail::time_frame_statistics(time_frames);
  return {{"mmif_version", mmif.spec_version()},
          {"document", detail::summarized_file(mmif, size, notes)},
          {"documents", detail::summarized_documents(mmif)},
          {"annotations", std::move(notes)},
          {"views", detail::summarized_views(mmif)},
          {"transcript", detail::summarized_transcript(index)},
          {"captions", detail::summarized_captions(index)},
          {"timeframes", std::move(time_frames)},
          {"timeframe_stats", std::move(statistics)},
          {"entities", detail::summarized_entities(index)}};
}

}  // namespace clams
