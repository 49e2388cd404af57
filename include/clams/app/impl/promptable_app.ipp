// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/detail/promptable_parameters.hpp>
#include <clams/app/promptable_app.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/config.hpp>
#include <clams/util/error.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace clams {

namespace detail {

using MediaGroups = std::optional<std::vector<std::vector<Medium>>>;

CLAMS_INLINE MediaGroups slice_of(const MediaGroups& groups, std::size_t from, std::size_t count) {
  if (!groups) return std::nullopt;
  const auto first = groups->begin() + static_cast<std::ptrdiff_t>(from);
  return std::vector(first, first + static_cast<std::ptrdiff_t>(count));
}

CLAMS_INLINE void check_groups(const GenerationRequest& request) {
  if (!request.images || !request.audios || request.images->size() == request.audios->size())
    return;
  throw Error{ErrorCode::app_failure,
              "a generation request needs as many groups of images as of audios, got " +
                  std::to_string(request.images->size()) + " and " +
                  std::to_string(request.audios->size())};
}

CLAMS_INLINE void check_answers(std::size_t got, std::size_t wanted) {
  if (got == wanted) return;
  throw Error{ErrorCode::app_failure, "generate() returned " + std::to_string(got) +
                                          " answers to " + std::to_string(wanted) + " prompts"};
}

/// The properties of the document an answer becomes, in the order in which they are written.
CLAMS_INLINE Json grounded_properties(const Json& document, const GroundedResponse& response) {
  Json properties = Json::object({{"document", document}});
  if (!response.origins.empty()) {
    properties["origins"] = response.origins;
    properties["origination"] = response.origination;
  }
  if (response.reasoning_trace) properties["modelReasoningTrace"] = *response.reasoning_trace;
  properties["text"] = Json::object({{"@value", response.text}, {"@language", "en"}});
  return properties;
}

}  // namespace detail

CLAMS_INLINE std::size_t GenerationRequest::answer_count() const noexcept {
  if (images) return images->size();
  return audios ? audios->size() : 1;
}

CLAMS_INLINE void PromptableApp::inject_promptable_parameters(AppMetadata& metadata) {
  for (ParameterSpec& parameter : detail::promptable_parameters()) {
    metadata.add_parameter(std::move(parameter));
  }
}

CLAMS_INLINE void PromptableApp::check_metadata(const AppMetadata& metadata) const {
  for (const ParameterSpec& needed : detail::promptable_parameters()) {
    if (std::ranges::find(metadata.parameters, needed.name, &ParameterSpec::name) ==
        metadata.parameters.end()) {
      throw Error{ErrorCode::invalid_metadata,
                  "a promptable app needs the parameter `" + needed.name +
                      "`; call inject_promptable_parameters(metadata) in app_metadata()"};
    }
  }
}

CLAMS_INLINE std::vector<std::string> PromptableApp::generate_batched(
    const GenerationRequest& request, std::int64_t parallel_prompts,
    const BatchProgress& on_progress) {
  if (parallel_prompts < 1) {
    throw Error{ErrorCode::invalid_parameter,
                "parallel_prompts must be at least 1, got " + std::to_string(parallel_prompts)};
  }
  detail::check_groups(request);
  const std::size_t total = request.answer_count();
  const auto batch = static_cast<std::size_t>(parallel_prompts);
  std::vector<std::string> answers;
  if (on_progress) on_progress(0, total);
  while (answers.size() < total) {
    const std::size_t count = std::min(batch, total - answers.size());
    GenerationRequest part = request;
    part.images = detail::slice_of(request.images, answers.size(), count);
    part.audios = detail::slice_of(request.audios, answers.size(), count);
    std::vector<std::string> some = generate(part);
    detail::check_answers(some.size(), count);
    std::ranges::move(some, std::back_inserter(answers));
    if (on_progress) on_progress(answers.size(), total);
  }
  return answers;
}

CLAMS_INLINE GroundedText PromptableApp::response_to_grounded_textdocument(
    const Mmif& mmif, View& view, const GroundedResponse& response) {
  if (response.origins.empty() != response.origination.empty()) {
    throw Error{ErrorCode::app_failure,
                "origins and origination of a response go together: give both or none"};
  }
  const Annotation& source = mmif.at(response.source);
  const Json* document = source.find("document");
  if (document == nullptr) {
    throw Error{ErrorCode::invalid_input, "annotation \"" + response.source +
                                              "\" has no `document` that a response to it could be "
                                              "about"};
  }
  Annotation& text =
      view.add_annotation(types::kTextDocument, detail::grounded_properties(*document, response));
  Annotation& alignment = view.add_alignment(source, text);
  return {*text.as_document(), alignment};
}

}  // namespace clams
