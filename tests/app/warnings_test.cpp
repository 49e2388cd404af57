// SPDX-License-Identifier: Apache-2.0
#include "app/support/app_fixture.hpp"
#include "support/catch.hpp"

#include <barrier>
#include <thread>

using clams::Json;
using clams::Mmif;
using clams::Parameters;
using clams::RequestContext;
using clams::testing::add_one_frame;
using clams::testing::AppFixture;
using clams::testing::make_one_frame;
using clams::testing::text_mmif;
namespace types = clams::types;

namespace {

constexpr const char* kEmptyOutput =
    "App \"http://apps.clams.ai/test/v1\" produced no annotations for this input; the input may "
    "lack expected content, or there may genuinely be nothing to annotate.";

void make_nothing(Mmif& /*mmif*/, const Parameters& /*parameters*/, RequestContext& /*context*/) {}

}  // namespace

TEST_CASE("an undeclared parameter is told in a view of warnings", "[app]") {
  const AppFixture app{make_one_frame};

  const Json views = app.views(text_mmif(), "x=a&x=b");

  REQUIRE(views.size() == 2);
  CHECK(views[1]["metadata"]["warnings"] ==
        Json::array({R"(An undefined parameter "x" (value: "['a', 'b']") is passed)"}));
  CHECK(views[1]["annotations"].empty());
  CHECK_FALSE(views[1]["metadata"].contains("contains"));
}

TEST_CASE("a view of warnings is signed as all views of the run are", "[app]") {
  const AppFixture app{make_one_frame};

  const Json metadata = app.views(text_mmif(), "x=a")[1]["metadata"];

  CHECK(metadata["parameters"]["x"] == "a");
  CHECK(metadata["appConfiguration"]["runningTime"] == true);
  CHECK(metadata["appProfiling"].contains("runningTime"));
}

TEST_CASE("undeclared parameters are told first, then what the app warns of", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext& context) {
    context.warn("first");
    add_one_frame(mmif, context);
    context.warn("second");
  }};

  const Json warnings = app.views(text_mmif(), "x=a")[1]["metadata"]["warnings"];

  REQUIRE(warnings.size() == 3);
  CHECK(warnings[1] == "first");
  CHECK(warnings[2] == "second");
}

TEST_CASE("a run without any output says so", "[app]") {
  const AppFixture app{make_nothing};

  const Json views = app.views();

  REQUIRE(views.size() == 1);
  CHECK(views[0]["metadata"]["warnings"] == Json::array({kEmptyOutput}));
}

TEST_CASE("views without content are dropped", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext& context) {
    add_one_frame(mmif, context);
    context.new_view(mmif).add_contains(types::kTimePoint);
  }};

  CHECK(app.views().size() == 1);
}

TEST_CASE("a run whose only view is dropped has no output", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext& context) {
    context.new_view(mmif).add_contains(types::kTimeFrame);
  }};

  const Json views = app.views();

  REQUIRE(views.size() == 1);
  CHECK(views[0]["id"] == "v_0");
  CHECK(views[0]["metadata"]["warnings"][0] == kEmptyOutput);
}

TEST_CASE("an error that the app reports itself counts as output", "[app]") {
  const AppFixture app{[](Mmif& mmif, const Parameters&, RequestContext& context) {
    context.new_view(mmif).set_error("no speech", "at 0:01");
  }};

  const Json views = app.views();

  REQUIRE(views.size() == 1);
  CHECK(views[0]["metadata"]["error"]["message"] == "no speech");
  CHECK(views[0]["metadata"].contains("appProfiling"));
}

TEST_CASE("warnings of requests that run side by side are never mixed", "[app]") {
  std::barrier both{2};
  const AppFixture app{[&](Mmif& mmif, const Parameters&, RequestContext& context) {
    both.arrive_and_wait();
    context.warn("of " + context.request_id());
    both.arrive_and_wait();
    add_one_frame(mmif, context);
  }};
  std::string other;

  std::thread second{[&] { other = app.run(text_mmif(), "", {.id = "two"}).mmif; }};
  const std::string one = app.run(text_mmif(), "", {.id = "one"}).mmif;
  second.join();

  CHECK(clams::parse_json(one)["views"][1]["metadata"]["warnings"] == Json::array({"of one"}));
  CHECK(clams::parse_json(other)["views"][1]["metadata"]["warnings"] == Json::array({"of two"}));
}

TEST_CASE("what is odd in the input is logged, not added to the answer", "[app]") {
  const AppFixture app{make_one_frame};
  std::string old = text_mmif();
  const std::string newest = "clams.ai/vocabulary/type/TextDocument/v2";
  old.replace(old.find(newest), newest.size(), "mmif.clams.ai/vocabulary/TextDocument/v1");

  const Json views = app.views(old);

  CHECK(views.size() == 1);
  CHECK_THAT(app.log.text(), clams::testing::contains_text("the input uses TextDocument/v1"));
}
