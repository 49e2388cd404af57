// SPDX-License-Identifier: Apache-2.0
#include <clams/clams.hpp>

// Greets every text document: adds a view with one annotation for each.
struct Hello : clams::ClamsApp {
  clams::AppMetadata app_metadata() const override {
    clams::AppMetadata metadata{.name = "Hello",
                                .description = "Greets every text document.",
                                .app_license = "Apache-2.0",
                                .identifier = "hello-clams",
                                .url = "https://example.org/hello-clams"};
    metadata.add_input(clams::types::kTextDocument);
    metadata.add_output(clams::types::kAnnotation);
    metadata.add_parameter(
        {.name = "greeting", .description = "What to say.", .default_value = "Hello"});
    return metadata;
  }

  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    const auto greeting = parameters.get<std::string>("greeting");
    clams::View& view = context.new_view(mmif);
    for (const clams::Document* source : mmif.documents(clams::types::kTextDocument)) {
      const std::string text = greeting + ", " + source->text();
      view.add_annotation(clams::types::kAnnotation, {{"document", source->id()}, {"text", text}});
    }
  }
};

int main(int argc, char** argv) { return clams::run<Hello>(argc, argv); }
