// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/recording_sink.hpp"
#include <clams/app/app_runner.hpp>
#include <clams/app/clams_app.hpp>

#include <memory>
#include <string>

namespace clams::testing {

/// An app of a few lines: parameters `word` (string, "hello"), `words` (multivalued), `beams`
/// (integer, 1 or 5), and a TimeFrame labelled with the word.
inline AppMetadata test_metadata() {
  AppMetadata metadata{.name = "Test App",
                       .description = "Labels a time frame.",
                       .app_license = "Apache-2.0",
                       .identifier = "test-app",
                       .url = "https://example.org/test-app"};
  metadata.add_output(types::kTimeFrame);
  metadata.add_parameter({.name = "word", .description = "The label.", .default_value = "hello"});
  metadata.add_parameter({.name = "words",
                          .description = "More labels.",
                          .default_value = Json::array(),
                          .multivalued = true});
  metadata.add_parameter({.name = "beams",
                          .description = "How many.",
                          .type = ParameterType::integer,
                          .choices = {1, 5},
                          .default_value = 1});
  return metadata;
}

inline void add_labelled_frame(Mmif& mmif, const Parameters& parameters, RequestContext& context) {
  View& view = context.new_view(mmif);
  view.add_annotation(types::kTimeFrame,
                      {{"label", parameters.get<std::string>("word")}, {"start", 0}, {"end", 1}});
}

/// The test app and what it needs to run; logs are kept.
struct TestRunner {
  explicit TestRunner(AnnotateFunction annotate = add_labelled_frame)
      : app(make_app(test_metadata(), std::move(annotate))),
        runner(*app, {.environment = Environment{{{"CLAMS_APP_VERSION", "v1"}}},
                      .folder = "/",
                      .log = {.level = LogLevel::debug, .sink = &log}}) {}

  RecordingSink log;
  std::unique_ptr<ClamsApp> app;
  AppRunner runner;
};

/// The smallest MMIF.
inline constexpr const char* kEmptyMmif =
    R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0"}, "documents": [], "views": []})";

}  // namespace clams::testing
