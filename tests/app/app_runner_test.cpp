// SPDX-License-Identifier: Apache-2.0
#include "app/support/app_fixture.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <algorithm>
#include <chrono>

using clams::Json;
using clams::Mmif;
using clams::Parameters;
using clams::RequestContext;
using clams::testing::add_one_frame;
using clams::testing::AppFixture;
using clams::testing::contains_text;
using clams::testing::kIdentifier;
using clams::testing::make_one_frame;
using clams::testing::small_metadata;
using clams::testing::text_mmif;
namespace types = clams::types;

namespace {

constexpr const char* kOtherView =
    R"({"id":"v_0","metadata":{"app":"http://x.org/other", "contains":{}},"annotations":[]})";

}  // namespace

TEST_CASE("a run adds a signed view to the document", "[app]") {
  const AppFixture app{make_one_frame};

  const Json view = app.views()[0];

  CHECK(clams::write_json(view) ==
        R"({"id": "v_0", "metadata": {"appProfiling": {"runningTime": "0:00:00"}, )"
        R"("timestamp": "2026-01-01T00:00:00Z", "app": "http://apps.clams.ai/test/v1", )"
        R"("contains": {"http://clams.ai/vocabulary/type/TimeFrame/v6": {}}, )"
        R"("appConfiguration": {"pretty": false, "runningTime": true, "hwFetch": false, )"
        R"("tfSamplingMode": "representatives"}}, "annotations": [{"@type": )"
        R"("http://clams.ai/vocabulary/type/TimeFrame/v6", "properties": )"
        R"({"start": 0, "end": 5, "id": "v_0:tf_1"}}]})");
}

TEST_CASE("what was in the input comes back letter by letter", "[app]") {
  const AppFixture app{make_one_frame};

  const std::string answer = app.run(text_mmif(kOtherView)).mmif;

  CHECK_THAT(answer, contains_text(kOtherView));
  CHECK(clams::parse_json(answer)["views"].size() == 2);
}

TEST_CASE("the caller's parameters are recorded as they came", "[app]") {
  const AppFixture app{make_one_frame};

  const Json metadata = app.views(text_mmif(), "pretty=1&x=a&x=b%27s")[0]["metadata"];

  CHECK(metadata["parameters"]["pretty"] == "1");
  CHECK(metadata["parameters"]["x"] == R"(['a', "b's"])");
  CHECK(metadata["appConfiguration"]["pretty"] == true);
  CHECK_FALSE(metadata["appConfiguration"].contains("x"));
}

TEST_CASE("a query's values replace those of an envelope", "[app]") {
  const AppFixture app{make_one_frame};
  const std::string body =
      R"({"parameters": {"runningTime": false, "hwFetch": false}, "mmif": )" + text_mmif() + "}";

  const Json metadata = app.views(body, "hwFetch=true")[0]["metadata"];

  CHECK(clams::write_json(metadata["parameters"]) ==
        R"({"runningTime": "False", "hwFetch": "true"})");
}

TEST_CASE("the profile holds the running time and, if asked for, the hardware", "[app]") {
  clams::ManualClock* clock = nullptr;
  AppFixture app{[&](Mmif& mmif, const Parameters&, RequestContext& context) {
    clock->advance(std::chrono::microseconds{90'061'500'000});
    add_one_frame(mmif, context);
  }};
  clock = &app.clock;

  const Json metadata = app.views(text_mmif(), "hwFetch=true")[0]["metadata"];

  CHECK(clams::write_json(metadata["appProfiling"]) ==
        R"({"runningTime": "1 day, 1:01:01.500000", "hardware": )"
        R"({"cpu": "x86_64, 2 cores", "cuda": ["GPU, 24 GiB"]}})");
}

TEST_CASE("what an app says of its own run stays in the profile", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext& context) {
    add_one_frame(mmif, context).set_metadata("appProfiling", {{"worker_pid", 7}});
  }};

  const Json profile = app.views()[0]["metadata"]["appProfiling"];

  CHECK(profile["worker_pid"] == 7);
  CHECK(profile["runningTime"] == "0:00:00");
}

TEST_CASE("with both switched off there is no profile", "[app]") {
  const AppFixture app{make_one_frame};

  CHECK_FALSE(app.views(text_mmif(), "runningTime=false")[0]["metadata"].contains("appProfiling"));
}

TEST_CASE("all views of a run have the time of its end", "[app]") {
  clams::ManualClock* clock = nullptr;
  AppFixture app{[&](Mmif& mmif, const Parameters&, RequestContext& context) {
    add_one_frame(mmif, context);
    clock->advance(std::chrono::milliseconds{2500});
    add_one_frame(mmif, context);
  }};
  clock = &app.clock;

  const Json views = app.views();

  CHECK(views[0]["metadata"]["timestamp"] == "2026-01-01T00:00:02.500000Z");
  CHECK(views[1]["metadata"]["timestamp"] == "2026-01-01T00:00:02.500000Z");
}

TEST_CASE("a view that the app signs as another app's is left alone", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext&) {
    clams::View& view = mmif.new_view();
    view.set_app("http://x.org/other");
    view.add_annotation(types::kTimeFrame, {{"start", 0}});
  }};

  const Json metadata = app.views()[0]["metadata"];

  CHECK(metadata["app"] == "http://x.org/other");
  CHECK(metadata.contains("timestamp"));
  CHECK_FALSE(metadata.contains("appProfiling"));
  CHECK_FALSE(metadata.contains("appConfiguration"));
}

TEST_CASE("the answer is compact unless pretty is asked for", "[app]") {
  const AppFixture app{make_one_frame};

  CHECK(app.run().mmif.find('\n') == std::string::npos);
  CHECK_THAT(app.run(text_mmif(), "pretty").mmif, contains_text("\n  \"views\": [\n"));
}

TEST_CASE("tags of the app stand in its views", "[app]") {
  clams::AppMetadata metadata = small_metadata();
  metadata.add_app_tag("Speech");
  const AppFixture app{make_one_frame, metadata};

  CHECK(app.views()[0]["metadata"]["appTags"] == Json::array({"Speech"}));
}

TEST_CASE("types in contains that were not used are gone from the app's view", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext& context) {
    add_one_frame(mmif, context).add_contains(types::kBoundingBox);
  }};

  CHECK(app.views()[0]["metadata"]["contains"].size() == 1);
}

TEST_CASE("what the app says about a document stands in its own view", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext& context) {
    add_one_frame(mmif, context);
    mmif.documents().front().set("fps", 29.97);
  }};

  const Json annotations = app.views()[0]["annotations"];

  REQUIRE(annotations.size() == 2);
  CHECK(clams::write_json(annotations[1]["properties"]) ==
        R"({"fps": 29.97, "document": "d1", "id": "v_0:an_1"})");
}

TEST_CASE("a view is made for what is said about a document, if the app made none", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext&) {
    mmif.documents().front().set("duration", 99);
  }};

  const Json views = app.views(text_mmif(kOtherView));

  REQUIRE(views.size() == 2);
  CHECK(views[1]["metadata"]["app"] == kIdentifier);
  CHECK(views[1]["annotations"][0]["properties"]["duration"] == 99);
}

TEST_CASE("a body that is no MMIF is the caller's mistake and never reaches the app", "[app]") {
  const AppFixture app{[](Mmif&, const Parameters&, RequestContext&) { FAIL("was called"); }};

  for (const std::string body : {"", "{}", "[]", R"({"parameters": {}, "mmif": "x"})"}) {
    try {
      static_cast<void>(app.run(body));
      FAIL("accepted: " << body);
    } catch (const clams::Error& error) {
      CHECK(error.code() == clams::ErrorCode::invalid_input);
    }
  }
}

TEST_CASE("an oddity of inputs is a warning once, and no news of those that follow", "[app]") {
  const AppFixture app{make_one_frame};
  const std::string_view type = "http://clams.ai/vocabulary/type/TextDocument/v2";
  std::string odd = text_mmif();
  odd.replace(odd.find(type), type.size(), "http://mmif.clams.ai/vocabulary/TextDocument/v1");

  (void)app.run(odd);
  (void)app.run(odd);

  const auto lines = app.log.lines();
  const auto count = [&](std::string_view level) {
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find("newer version") != std::string::npos &&
             line.find(level) != std::string::npos;
    });
  };
  CHECK(count("WARNING") == 1);
  CHECK(count("INFO") == 1);
}

TEST_CASE("the names mmif, self and #RAW# are ordinary undeclared parameters", "[app]") {
  const AppFixture app{make_one_frame};

  const Json metadata = app.views(text_mmif(), "mmif=1&self=2&%23RAW%23=3")[0]["metadata"];

  CHECK(metadata["parameters"].size() == 3);
}

TEST_CASE("an app that is described wrongly does not start", "[app]") {
  clams::AppMetadata metadata = small_metadata();
  metadata.url = "nowhere";

  CHECK_THROWS_WITH((AppFixture{make_one_frame, metadata}), contains_text("nowhere"));
}
