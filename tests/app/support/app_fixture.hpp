// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/recording_sink.hpp"
#include <clams/app/app_runner.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/json.hpp>
#include <clams/util/manual_clock.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clams::testing {

/// Metadata that is complete, and says little.
inline AppMetadata small_metadata() {
  return {.name = "Test",
          .description = "An app for tests.",
          .app_license = "Apache-2.0",
          .identifier = "test",
          .url = "https://example.org/test"};
}

/// What the identifier of such an app becomes.
inline constexpr const char* kIdentifier = "http://apps.clams.ai/test/v1";

/// An MMIF with one text document `d1`, and with what is given as its views.
inline std::string text_mmif(const std::string& views = "") {
  return R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0"}, "documents": [{"@type": )"
         R"("http://clams.ai/vocabulary/type/TextDocument/v2", "properties": {"text": )"
         R"({"@value": "hello"}, "id": "d1"}}], "views": [)" +
         views + "]}";
}

/// An app made of a function, and a runner whose surroundings stand still.
///
/// Ownership: owns all of it. Threads: as AppRunner. Errors: as AppRunner.
class AppFixture {
 public:
  explicit AppFixture(AnnotateFunction annotate, AppMetadata metadata = small_metadata())
      : app_(make_app(std::move(metadata), std::move(annotate))),
        runner_(*app_, {.environment = Environment{{{"CLAMS_APP_VERSION", "v1"}}},
                        .folder = {},
                        .clock = &clock,
                        .log = {.level = LogLevel::debug, .sink = &log, .clock = &clock},
                        .hardware = [] {
                          return Hardware{.cpu = "x86_64, 2 cores", .cuda = {"GPU, 24 GiB"}};
                        }}) {}

  [[nodiscard]] const AppRunner& runner() const { return runner_; }

  /// Runs a body with the parameters of a query.
  [[nodiscard]] RunResult run(const std::string& body = text_mmif(), std::string_view query = "",
                              RequestOptions options = {}) const {
    return runner_.annotate(body, query_parameters(query), std::move(options));
  }

  /// The views of the answer.
  [[nodiscard]] Json views(const std::string& body = text_mmif(),
                           std::string_view query = "") const {
    return parse_json(run(body, query).mmif)["views"];
  }

  ManualClock clock;
  RecordingSink log;

 private:
  std::unique_ptr<ClamsApp> app_;
  AppRunner runner_;
};

/// Makes a signed view with one TimeFrame.
inline View& add_one_frame(Mmif& mmif, RequestContext& context) {
  View& view = context.new_view(mmif);
  view.add_annotation(types::kTimeFrame, {{"start", 0}, {"end", 5}});
  return view;
}

/// The body of an app that does nothing else.
inline void make_one_frame(Mmif& mmif, const Parameters& /*parameters*/, RequestContext& context) {
  add_one_frame(mmif, context);
}

}  // namespace clams::testing
