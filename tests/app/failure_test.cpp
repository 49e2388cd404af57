// SPDX-License-Identifier: Apache-2.0
#include "app/support/app_fixture.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <exception>
#include <new>
#include <stdexcept>

using clams::AnnotateFunction;
using clams::Json;
using clams::Mmif;
using clams::Parameters;
using clams::RequestContext;
using clams::RunOutcome;
using clams::testing::add_one_frame;
using clams::testing::AppFixture;
using clams::testing::contains_text;
using clams::testing::kIdentifier;
using clams::testing::make_one_frame;
using clams::testing::text_mmif;

namespace {

struct CustomTrouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The error view of an app that throws what `raise` throws.
Json error_view(const std::function<void()>& raise, const std::string& body = text_mmif(),
                std::string_view query = "") {
  const AppFixture app{[&](Mmif& mmif, const Parameters&, RequestContext& context) {
    add_one_frame(mmif, context);
    raise();
  }};
  const auto result = app.run(body, query);
  CHECK(result.outcome == RunOutcome::app_failed);
  return clams::parse_json(result.mmif)["views"].back();
}

std::string message_of(const std::function<void()>& raise) {
  return error_view(raise)["metadata"]["error"]["message"];
}

}  // namespace

TEST_CASE("an exception of the app becomes an error view on the original input", "[app]") {
  const Json view = error_view([] { throw std::runtime_error("boom"); }, text_mmif(), "x=1");

  CHECK(view["id"] == "v_0");
  CHECK(view["annotations"].empty());
  const Json& metadata = view["metadata"];
  CHECK(metadata["app"] == kIdentifier);
  CHECK(metadata["timestamp"] == "2026-01-01T00:00:00Z");
  CHECK(metadata["parameters"] == Json::object({{"x", "1"}}));
  CHECK(metadata["error"]["message"] == "std::runtime_error: boom");
  for (const char* absent : {"contains", "appConfiguration", "appProfiling", "warnings"}) {
    CHECK_FALSE(metadata.contains(absent));
  }
}

TEST_CASE("an error view has a trace in this library's terms", "[app]") {
  const Json view = error_view([] { throw std::runtime_error("boom"); });

  const std::string trace = view["metadata"]["error"]["stackTrace"];
  CHECK_THAT(trace, contains_text("::annotate\n\tstd::runtime_error: boom"));
  CHECK(trace.find('/') == std::string::npos);
}

TEST_CASE("an earlier view of the same app survives an error", "[app]") {
  const std::string earlier =
      R"({"id": "v_0", "metadata": {"app": "http://apps.clams.ai/test/v1", "contains": {}}, )"
      R"("annotations": []})";
  const AppFixture app{[](Mmif&, const Parameters&, RequestContext&) { throw CustomTrouble("x"); }};

  const Json views = app.views(text_mmif(earlier));

  REQUIRE(views.size() == 2);
  CHECK_FALSE(views[0]["metadata"].contains("error"));
  CHECK(views[1]["metadata"].contains("error"));
}

TEST_CASE("error views are pretty, whatever the caller asked for", "[app]") {
  const AppFixture app{[](Mmif&, const Parameters&, RequestContext&) { throw CustomTrouble("x"); }};

  CHECK_THAT(app.run(text_mmif(), "pretty=false").mmif, contains_text("\n  \"views\": ["));
}

TEST_CASE("the class of an exception is named, its text kept", "[app]") {
  CHECK_THAT(message_of([] { throw CustomTrouble("custom: 42"); }),
             contains_text("CustomTrouble: custom: 42"));
  CHECK(message_of([] { throw std::runtime_error("caf\u00e9 \u2603"); }) ==
        "std::runtime_error: caf\u00e9 \u2603");
  CHECK(message_of([] { throw std::bad_alloc(); }) == "std::bad_alloc: std::bad_alloc");
}

TEST_CASE("a text that is not UTF-8 cannot break the answer", "[app]") {
  CHECK(message_of([] { throw std::runtime_error("a\xff"); }) == "std::runtime_error: a\uFFFD");
}

TEST_CASE("things thrown that are no exceptions are reported too", "[app]") {
  CHECK(message_of([] { throw 42; }) == "int: ");
  CHECK(message_of([] { throw "plain text"; }) == "char const*: plain text");
  CHECK_THAT(message_of([] { throw std::string{"a string"}; }), contains_text(": a string"));
}

TEST_CASE("what caused an exception stands in the trace", "[app]") {
  const Json view = error_view([] {
    try {
      throw std::out_of_range("inner");
    } catch (...) {
      std::throw_with_nested(std::runtime_error("outer"));
    }
  });

  CHECK_THAT(view["metadata"]["error"]["stackTrace"].get<std::string>(),
             contains_text("caused by std::out_of_range: inner"));
}

TEST_CASE("an Error of this library thrown in the app is the app's, not the caller's", "[app]") {
  CHECK_THAT(message_of([] {
               throw clams::Error{clams::ErrorCode::invalid_input, "a malformed model file"};
             }),
             contains_text("a malformed model file"));
}

TEST_CASE("a bad parameter fails before the app's code runs", "[app]") {
  const AppFixture app{[](Mmif&, const Parameters&, RequestContext&) { FAIL("was called"); }};

  const auto result = app.run(text_mmif(), "tfSamplingMode=nonsense");

  CHECK(result.outcome == RunOutcome::parameters_refused);
  CHECK_THAT(result.mmif, contains_text("tfSamplingMode"));
  CHECK_THAT(result.problem, contains_text("must be one of ['representatives'"));
}

TEST_CASE("a missing required parameter is named in the error view", "[app]") {
  clams::AppMetadata metadata = clams::testing::small_metadata();
  metadata.add_parameter({.name = "needed"});
  const AppFixture app{make_one_frame, metadata};

  const Json error = app.views()[0]["metadata"]["error"];

  CHECK_THAT(error["message"].get<std::string>(),
             contains_text("Cannot find configuration for a required parameter \"needed\"."));
}

TEST_CASE("a view that the app forgot to sign is the app's failure", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext&) {
    mmif.new_view().add_annotation(clams::types::kTimeFrame, {{"start", 0}});
  }};

  const auto result = app.run();

  CHECK(result.outcome == RunOutcome::app_failed);
  CHECK_THAT(result.mmif, contains_text("v_0"));
}

TEST_CASE("a number that is no number is never written", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext& context) {
    add_one_frame(mmif, context)
        .add_annotation(clams::types::kTimeFrame, {{"start", std::stod("nan")}});
  }};

  CHECK(app.run().outcome == RunOutcome::app_failed);
}

TEST_CASE("a failure is logged with the request's id", "[app]") {
  const AppFixture app{[](Mmif&, const Parameters&, RequestContext&) { throw CustomTrouble("x"); }};

  static_cast<void>(app.run(text_mmif(), "", {.id = "r-17"}));

  CHECK_THAT(app.log.text(), contains_text("r-17"));
  CHECK_THAT(app.log.text(), contains_text("CustomTrouble: x"));
}
