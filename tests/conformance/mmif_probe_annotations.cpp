// SPDX-License-Identifier: Apache-2.0
#include "mmif_probe_queries.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace clams::probe {

namespace {

constexpr std::size_t kListedAlignments = 5;

/// The names that are asked of every annotation.
constexpr std::array kAskedProperties{"label", "frameType", "boxType", "document", "timeUnit",
                                      "text",  "word",      "start",   "end"};

/// The names of an annotation's own properties. Documents have three that are always there.
Json property_names(const Annotation& annotation) {
  std::vector<std::string> names{"id"};
  for (const auto& [name, value] : annotation.properties().items()) {
    if (name != "location") names.push_back(name);
  }
  if (annotation.is_document()) {
    names.insert(names.end(), {"location_", "mime"});
    if (annotation.type().short_name() == "TextDocument") names.emplace_back("text");
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

Json asked_properties(const Annotation& annotation) {
  Json values = Json::object();
  for (const char* name : kAskedProperties) {
    const Json* value = annotation.find(name);
    if (value != nullptr) values[name] = *value;
  }
  if (annotation.is_document()) {
    const Json* text = annotation.find("text");
    values["text"] = write_json(text != nullptr ? *text : Json::object({{"@value", ""}}));
  }
  return values;
}

Json aligned_ids(const Annotation& annotation) {
  Json ids = Json::array();
  for (const auto& [alignment, other] : annotation.alignments()) {
    ids.push_back(alignment->id());
    ids.push_back(other->id());
  }
  return ids;
}

Json describe_annotation(const Mmif& mmif, const Annotation& annotation) {
  Json answer = Json::object({{"id", annotation.id()}, {"at_type", annotation.type().uri()}});
  answer["parent"] = id_or_null(annotation.parent());
  answer["start"] = answer_or_error([&] { return mmif.start_of(annotation); });
  answer["end"] = answer_or_error([&] { return mmif.end_of(annotation); });
  answer["aligned"] = aligned_ids(annotation);
  answer["get"] = asked_properties(annotation);
  answer["property_keys"] = property_names(annotation);
  return answer;
}

/// How many annotations of each type a view has, and how many TimeFrames with each of some labels.
void count_annotations(const View& view, Json& answers) {
  Json counts = Json::object();
  for (const VocabularyType& type : asked_types()) {
    const std::size_t count = distinct(view.annotations(AtType{type})).size();
    if (count > 0) counts[type.name] = count;
  }
  answers["get_annotations"][view.id()] = std::move(counts);
  for (const char* label : {"bars", "bars-and-tones", "slate", "speech", "chyron"}) {
    answers["get_annotations_label"][view.id()][label] =
        distinct(view.annotations(types::kTimeFrame, Json::object({{"label", label}}))).size();
  }
}

Json alignments_by_view(const Mmif& mmif, const VocabularyType& one, const VocabularyType& other) {
  Json found = Json::object();
  for (const auto& [view, all] : mmif.alignments(one, other)) {
    const auto alignments = distinct(all);
    const std::size_t listed = std::min(alignments.size(), kListedAlignments);
    const std::vector first(alignments.begin(),
                            alignments.begin() + static_cast<std::ptrdiff_t>(listed));
    found[view->id()] = Json::object({{"n", alignments.size()}, {"first", ids_of(first)}});
  }
  return found;
}

void answer_alignments(const Mmif& mmif, Json& answers) {
  const std::array pairs{std::pair{types::kTimeFrame, types::kToken},
                         std::pair{types::kTimeFrame, types::kTextDocument},
                         std::pair{types::kBoundingBox, types::kTextDocument},
                         std::pair{types::kTextDocument, types::kAudioDocument}};
  answers["get_alignments"] = Json::object();
  for (const auto& [one, other] : pairs) {
    const Json found = alignments_by_view(mmif, one, other);
    const std::string key = std::string{one.name} + "|" + other.name;
    if (!found.empty()) answers["get_alignments"][key] = found;
  }
}

}  // namespace

void answer_annotation_queries(const Mmif& mmif, Json& answers) {
  answers["annotations"] = Json::array();
  answers["get_annotations"] = Json::object();
  answers["get_annotations_label"] = Json::object();
  for (const View& view : mmif.views()) {
    std::size_t listed = 0;
    for (const Annotation* annotation : distinct_annotations(view)) {
      if (listed++ == kListedAnnotations) break;
      answers["annotations"].push_back(describe_annotation(mmif, *annotation));
    }
    count_annotations(view, answers);
  }
  answer_alignments(mmif, answers);
  answers["get_annotations_between_time_0_5000ms"] =
      answer_or_error([&] { return ids_of(mmif.annotations_between(0, 5000)); });
  answers["get_annotations_between_time_2_20s_TimeFrame"] = answer_or_error([&] {
    return ids_of(mmif.annotations_between(2, 20, TimeUnit::seconds, {types::kTimeFrame}));
  });
}

}  // namespace clams::probe
