// SPDX-License-Identifier: Apache-2.0
#include "mmif_probe_queries.hpp"

#include <clams/mmif/app_runs.hpp>
#include <clams/mmif/describe.hpp>
#include <clams/mmif/workflow.hpp>

#include <set>

namespace clams::probe {

const std::vector<VocabularyType>& asked_types() {
  static const std::vector<VocabularyType> types{
      types::kAlignment,     types::kAnnotation,    types::kBoundingBox,  types::kChapter,
      types::kNamedEntity,   types::kParagraph,     types::kSentence,     types::kTimeFrame,
      types::kTimePoint,     types::kToken,         types::kVideoObject,  types::kDocument,
      types::kVideoDocument, types::kAudioDocument, types::kTextDocument, types::kImageDocument};
  return types;
}

std::vector<const Annotation*> distinct_annotations(const View& view) {
  std::set<std::string> seen;
  std::vector<const Annotation*> annotations;
  for (const Annotation& annotation : view.annotations()) {
    if (seen.insert(annotation.id()).second) annotations.push_back(view.find(annotation.id()));
  }
  return annotations;
}

std::vector<const Annotation*> distinct(const std::vector<Annotation*>& found) {
  std::vector<const Annotation*> annotations;
  for (const Annotation* annotation : found) {
    const View* view = annotation->parent();
    if (view == nullptr || view->find(annotation->id()) == annotation) {
      annotations.push_back(annotation);
    }
  }
  return annotations;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json answer_queries(const Mmif& mmif) {
  Json answers = Json::object();
  answers["spec_version"] = mmif.spec_version();
  answer_document_queries(mmif, answers);
  answer_view_queries(mmif, answers);
  answer_annotation_queries(mmif, answers);
  answers["workflow_id"] = answer_or_error([&] { return workflow_id(mmif); });
  answers["view_groups"] = Json::array();
  for (const AppRun& run : app_runs(mmif)) answers["view_groups"].push_back(ids_of(run));
  answers["describe"] = answer_or_error([&] { return describe(mmif); });
  return answers;
}

}  // namespace clams::probe
