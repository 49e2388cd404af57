// SPDX-License-Identifier: Apache-2.0
// The app that is measured: adds one view with one annotation.
#include <clams/clams.hpp>

struct AddView : clams::ClamsApp {
  clams::AppMetadata app_metadata() const override {
    clams::AppMetadata metadata{.name = "Add View",
                                .description = "Adds a view with one annotation.",
                                .app_license = "Apache-2.0",
                                .identifier = "add-view",
                                .url = "https://example.org/add-view"};
    metadata.add_input(clams::types::kTextDocument);
    metadata.add_output(clams::types::kAnnotation);
    return metadata;
  }

  void annotate(clams::Mmif& mmif, const clams::Parameters&,
                clams::RequestContext& context) override {
    context.new_view(mmif).add_annotation(clams::types::kAnnotation, {{"label", "seen"}});
  }
};

int main(int argc, char** argv) { return clams::run<AddView>(argc, argv); }
