// SPDX-License-Identifier: Apache-2.0
#include "mmif_probe_queries.hpp"

namespace clams::probe {

namespace {

const std::vector<VocabularyType>& media_types() {
  static const std::vector<VocabularyType> types{types::kVideoDocument, types::kAudioDocument,
                                                 types::kTextDocument, types::kImageDocument};
  return types;
}

bool is_called_text(const Document& document) {
  return document.type().short_name() == "TextDocument";
}

Json error_answer() { return Json::object({{"!error", "only a TextDocument has text"}}); }

/// Text that stands in the MMIF itself; files are not opened here.
Json inline_text(const Document& document) {
  if (!document.location().empty() || !is_called_text(document)) return nullptr;
  return document.type().is_document() ? Json(document.text()) : error_answer();
}

Json text_language(const Document& document) {
  if (!is_called_text(document)) return nullptr;
  return document.type().is_document() ? Json(document.language()) : error_answer();
}

Json describe_document(const Document& document) {
  Json answer = Json::object({{"id", document.id()}, {"at_type", document.type().uri()}});
  answer["is_document_class"] = document.type().is_document();
  answer["location"] = text_or_null(document.location());
  answer["scheme"] = text_or_null(document.location_scheme());
  answer["address"] = text_or_null(document.location_address());
  const auto path = document.location_path();
  answer["path_literal"] = path ? Json(path->string()) : Json(nullptr);
  answer["path"] = answer["path_literal"];
  answer["mime"] = document.mime();
  answer["text"] = inline_text(document);
  answer["language"] = text_language(document);
  return answer;
}

void answer_by_type(const Mmif& mmif, Json& answers) {
  answers["get_documents_by_type"]["Document"] = ids_of(mmif.documents(types::kDocument));
  for (const VocabularyType& type : media_types()) {
    answers["get_documents_by_type"][type.name] = ids_of(mmif.documents(type));
    const auto locations = mmif.document_locations(type);
    answers["get_documents_locations"][type.name] = locations;
    answers["get_document_location"][type.name] =
        locations.empty() ? Json(nullptr) : Json(locations.front());
  }
}

void answer_by_view(const Mmif& mmif, Json& answers) {
  answers["get_documents_in_view"] = Json::object();
  answers["get_documents_by_app"] = Json::object();
  for (const View& view : mmif.views()) {
    answers["get_documents_in_view"][view.id()] = ids_of(mmif.documents_in_view(view.id()));
    answers["get_documents_by_app"][view.app()] = ids_of(mmif.documents_by_app(view.app()));
  }
}

}  // namespace

void answer_document_queries(const Mmif& mmif, Json& answers) {
  answers["document_ids"] = Json::array();
  answers["documents"] = Json::array();
  for (const Document& document : mmif.documents()) {
    answers["document_ids"].push_back(document.id());
    answers["documents"].push_back(describe_document(document));
  }
  answer_by_type(mmif, answers);
  answer_by_view(mmif, answers);
  for (const char* mime : {"text/plain", "video/mp4"}) {
    answers["get_documents_by_property_mime"][mime] = ids_of(mmif.documents_with("mime", mime));
  }
}

}  // namespace clams::probe
