// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/app/clams_app.hpp>
#include <clams/app/conversation.hpp>
#include <clams/app/prompt_task.hpp>
#include <clams/app/reasoning_trace.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace clams {

/// What a model is asked: the same prompt for each group of images (or audios).
struct GenerationRequest {
  std::vector<std::string> prompt;
  std::string system_prompt = {};
  PromptMode mode = PromptMode::turn_taking;
  std::optional<std::vector<std::vector<Medium>>> images =
      {};  ///< nothing: a prompt without images
  std::optional<std::vector<std::vector<Medium>>> audios = {};

  /// How many answers are wanted: one a group, one alone without any.
  [[nodiscard]] std::size_t answer_count() const noexcept;
};

/// Told how many of the answers are there, before the first and after each batch.
using BatchProgress = std::function<void(std::size_t done, std::size_t total)>;

/// A model's answer, and what it is about.
struct GroundedResponse {
  std::string source;  ///< id of the annotation that was asked about
  std::string text;
  std::vector<std::string> origins = {};  ///< ids of the annotations that the images came from
  std::string origination = {};           ///< how the text came out of them, e.g. `derived`
  std::optional<std::string> reasoning_trace = {};
};

/// What a grounded response becomes in a view.
struct GroundedText {
  Document& document;
  Annotation& alignment;
};

/// The base of apps that put prompts to a generative model. It brings the parameters that all of
/// them have; the app's `annotate` makes tasks of the input, asks the model in batches, and adds
/// the answers as text documents.
///
/// Ownership: as ClamsApp.
/// Threads: as ClamsApp; `generate` may be entered by several requests at once.
/// Errors: the start-up fails with Error invalid_metadata if the parameters were not injected.
class PromptableApp : public ClamsApp {
 public:
  /// Adds `prompt`, `systemPrompt`, `promptMode` and the other parameters of promptable apps; to be
  /// called last in `app_metadata()`.
  static void inject_promptable_parameters(AppMetadata& metadata);

  void check_metadata(const AppMetadata& metadata) const override;

 protected:
  /// Puts the prompt to the model, once for each group of media; returns an answer for each, in
  /// order.
  [[nodiscard]] virtual std::vector<std::string> generate(const GenerationRequest& request) = 0;

  /// As `generate`, with no more than `parallel_prompts` groups at a time.
  /// @throws Error invalid_parameter for less than one prompt at a time, app_failure if there are
  /// not as
  ///   many groups of images as of audios, or if `generate` does not return an answer for each.
  [[nodiscard]] std::vector<std::string> generate_batched(const GenerationRequest& request,
                                                          std::int64_t parallel_prompts,
                                                          const BatchProgress& on_progress = {});

  /// Adds a TextDocument with the answer, about the document that the source is about, and an
  /// Alignment from the source to it. References are valid as long as the Mmif is.
  /// @throws Error not_found if there is no such source, invalid_input if it names no document,
  ///   app_failure if only one of origins and origination is given.
  static GroundedText response_to_grounded_textdocument(const Mmif& mmif, View& view,
                                                        const GroundedResponse& response);
};

}  // namespace clams

#ifdef CLAMS_HEADER_ONLY
#include <clams/app/impl/promptable_app.ipp>
#endif
