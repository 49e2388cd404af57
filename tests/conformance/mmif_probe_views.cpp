// SPDX-License-Identifier: Apache-2.0
#include "mmif_probe_queries.hpp"

namespace clams::probe {

namespace {

/// Numbers of annotations by type URI, and the ids of the first ones.
void add_annotations(const View& view, Json& answer) {
  answer["count_by_type"] = Json::object();
  answer["first_annotation_ids"] = Json::array();
  for (const Annotation* annotation : distinct_annotations(view)) {
    Json& count = answer["count_by_type"][annotation->type().uri()];
    count = count.is_null() ? 1 : count.get<int>() + 1;
    if (answer["first_annotation_ids"].size() < kListedAnnotations) {
      answer["first_annotation_ids"].push_back(annotation->id());
    }
  }
}

Json describe_view(const View& view) {
  Json answer = Json::object({{"id", view.id()}, {"app", view.app()}});
  answer["timestamp"] = text_or_null(view.timestamp());
  answer["annotations"] = distinct_annotations(view).size();
  add_annotations(view, answer);
  answer["contains"] = Json::array();
  for (const auto& [uri, properties] : view.contains().items()) answer["contains"].push_back(uri);
  answer["has_error"] = view.has_error();
  answer["has_warnings"] = view.has_warnings();
  const auto error = view.error();
  answer["error_text"] = error ? Json(error->message) : Json(nullptr);
  answer["document_ids"] = ids_of(view.documents());
  return answer;
}

void answer_by_uri(const Mmif& mmif, Json& answers) {
  answers["get_all_views_contain_str"] = Json::object();
  for (const View& view : mmif.views()) {
    for (const auto& [uri, properties] : view.contains().items()) {
      answers["get_all_views_contain_str"][uri] = ids_of(mmif.views_containing_uri(uri));
    }
  }
}

void answer_by_document(const Mmif& mmif, Json& answers) {
  answers["get_views_for_document"] = Json::object();
  const auto ask = [&](const std::string& id) {
    answers["get_views_for_document"][id] = ids_of(mmif.views_for_document(id));
  };
  for (const Document& document : mmif.documents()) ask(document.id());
  for (const View& view : mmif.views()) {
    for (const Document* document : view.documents()) ask(document->id());
  }
}

void answer_errors(const Mmif& mmif, Json& answers) {
  answers["get_all_views_with_error"] = ids_of(mmif.views_with_error());
  const auto error = mmif.last_error();
  answers["get_last_error"] = error ? Json(error->message) : Json(nullptr);
}

}  // namespace

void answer_view_queries(const Mmif& mmif, Json& answers) {
  answers["view_ids"] = Json::array();
  answers["views"] = Json::array();
  for (const View& view : mmif.views()) {
    answers["view_ids"].push_back(view.id());
    answers["views"].push_back(describe_view(view));
  }
  answers["new_view_id"] = mmif.new_view_id();
  answers["last_contentful_view"] = id_or_null(mmif.last_contentful_view());
  answers["last_view"] = answers["view_ids"].empty() ? Json(nullptr) : answers["view_ids"].back();
  for (const VocabularyType& type : asked_types()) {
    answers["get_all_views_contain"][type.name] = ids_of(mmif.views_containing(AtType{type}));
    answers["get_view_contains"][type.name] = id_or_null(mmif.last_view_containing({type}));
  }
  answers["get_view_contains_two"] =
      id_or_null(mmif.last_view_containing({types::kTimeFrame, types::kToken}));
  answer_by_uri(mmif, answers);
  answer_by_document(mmif, answers);
  answer_errors(mmif, answers);
}

}  // namespace clams::probe
