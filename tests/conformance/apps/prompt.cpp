// SPDX-License-Identifier: Apache-2.0
// The twin of the conformance app `prompt`: a promptable app whose model repeats what it was given.
#include <clams/app/promptable_app.hpp>
#include <clams/cli/run.hpp>
#include <clams/mmif/vocabulary.hpp>

#include <string>
#include <utility>
#include <vector>

namespace {

namespace types = clams::types;

std::string joined(const std::vector<std::string>& texts, char separator) {
  std::string all;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) all += separator;
    all += texts[i];
  }
  return all;
}

/// The prompt tasks of an input: one a TimeFrame that has representatives.
std::vector<clams::PromptTask> find_tasks(const clams::Mmif& mmif) {
  std::vector<clams::PromptTask> tasks;
  for (const clams::View* view : mmif.views_containing(types::kTimeFrame)) {
    for (const clams::Annotation* frame : view->annotations(types::kTimeFrame)) {
      const auto points = frame->get_or<std::vector<std::string>>("representatives", {});
      if (points.empty()) continue;
      tasks.push_back({.images = points, .origins = points, .source = frame->id()});
    }
  }
  return tasks;
}

class Prompt : public clams::PromptableApp {
 public:
  clams::AppMetadata app_metadata() const override {
    clams::AppMetadata metadata{
        .name = "Conformance Prompt",
        .description =
            "A promptable app whose generate() answers with a summary of what it was given.",
        .app_license = "Apache-2.0",
        .identifier = "conf-prompt",
        .url = "https://example.org/conf-prompt"};
    for (const char* tag : {"Captioning", "Conformance", "Captioning"}) metadata.add_app_tag(tag);
    metadata.add_input(types::kVideoDocument);
    metadata.add_input(types::kTimeFrame, {{"representatives", "*"}});
    metadata.add_output(types::kTextDocument);
    metadata.add_output(types::kAlignment);
    inject_promptable_parameters(metadata);
    return metadata;
  }

  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    const auto tasks = clams::chunk_tasks(
        find_tasks(mmif), parameters.get<std::int64_t>("maxImagesPerPrompt"),
        clams::parse_images_per_prompt(parameters.get<std::string>("imagesPerPromptMode")));
    clams::View& view = context.new_view(mmif);
    view.add_contains(types::kTextDocument);
    view.add_contains(types::kAlignment);

    std::vector<std::vector<clams::Medium>> images;
    for (const clams::PromptTask& task : tasks) images.push_back(task.images);
    const auto answers = generate_batched(
        {.prompt = parameters.get<std::vector<std::string>>("prompt"),
         .system_prompt = parameters.get<std::string>("systemPrompt"),
         .mode = clams::parse_prompt_mode(parameters.get<std::string>("promptMode")),
         .images = std::move(images)},
        parameters.get<std::int64_t>("parallelPrompts"));
    const bool keep_trace = parameters.get<bool>("useReasoning");
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      add_answer(mmif, view, tasks[i], answers[i], keep_trace);
    }
  }

 protected:
  std::vector<std::string> generate(const clams::GenerationRequest& request) override {
    std::vector<std::string> answers;
    for (const auto& images : *request.images) answers.push_back(answer(request, images));
    return answers;
  }

 private:
  static std::string answer(const clams::GenerationRequest& request,
                            const std::vector<clams::Medium>& images) {
    const auto conversations = clams::build_conversation({.prompt = request.prompt,
                                                          .system_prompt = request.system_prompt,
                                                          .images = images,
                                                          .mode = request.mode});
    std::vector<std::string> roles;
    if (!conversations.empty()) {
      for (const auto& message : conversations.back()) {
        roles.emplace_back(clams::chat_role_name(message.role));
      }
    }
    return "<think>" + std::to_string(images.size()) + " images</think>" +
           joined(request.prompt, '|') + " [" + joined(images, ',') +
           "] b=" + std::to_string(request.answer_count()) + " conv=" + joined(roles, ',');
  }

  static void add_answer(const clams::Mmif& mmif, clams::View& view, const clams::PromptTask& task,
                         const std::string& answer, bool keep_trace) {
    auto [text, trace] = clams::split_tagged_reasoning_trace(answer);
    response_to_grounded_textdocument(
        mmif, view,
        {.source = task.source,
         .text = std::move(text),
         .origins = task.origins,
         .origination = "derived",
         .reasoning_trace = keep_trace ? std::move(trace) : std::nullopt});
  }
};

}  // namespace

int main(int argc, char** argv) { return clams::run<Prompt>(argc, argv); }
