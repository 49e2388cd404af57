// SPDX-License-Identifier: Apache-2.0
#include "app/support/app_fixture.hpp"
#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <chrono>
#include <stop_token>

using clams::ErrorCode;
using clams::Mmif;
using clams::Parameters;
using clams::RequestContext;
using clams::RunOutcome;
using clams::testing::AppFixture;
using clams::testing::make_one_frame;
using clams::testing::text_mmif;
using namespace std::chrono_literals;

namespace {

/// How a request that throws ends; internal if it does not.
ErrorCode refusal(const AppFixture& app, clams::RequestOptions options) {
  try {
    static_cast<void>(app.run(text_mmif(), "", std::move(options)));
  } catch (const clams::Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("a request whose client has left is not begun", "[app]") {
  const AppFixture app{[](Mmif&, const Parameters&, RequestContext&) { FAIL("was called"); }};
  std::stop_source client;
  client.request_stop();

  CHECK(refusal(app, {.stop = client.get_token()}) == ErrorCode::cancelled);
}

TEST_CASE("a request that is over its deadline is not begun", "[app]") {
  const AppFixture app{[](Mmif&, const Parameters&, RequestContext&) { FAIL("was called"); }};

  CHECK(refusal(app, {.deadline = app.clock.steady_now()}) == ErrorCode::deadline_exceeded);
}

TEST_CASE("an app that stops because it is asked to leaves no error view", "[app]") {
  std::stop_source client;
  const AppFixture app{[&](Mmif&, const Parameters&, RequestContext& context) {
    CHECK_FALSE(context.stop_requested());
    client.request_stop();
    CHECK(context.stop_requested());
    context.throw_if_stopped();
  }};

  CHECK(refusal(app, {.stop = client.get_token()}) == ErrorCode::cancelled);
}

TEST_CASE("an app sees when its time is over", "[app]") {
  clams::ManualClock* clock = nullptr;
  AppFixture app{[&](Mmif&, const Parameters&, RequestContext& context) {
    context.throw_if_stopped();
    clock->advance(2s);
    context.throw_if_stopped();
  }};
  clock = &app.clock;

  CHECK(refusal(app, {.deadline = app.clock.steady_now() + 1s}) == ErrorCode::deadline_exceeded);
}

TEST_CASE("a resource that is busy is the caller's to try again, not an error view", "[app]") {
  const AppFixture app{[](Mmif&, const Parameters&, RequestContext&) {
    throw clams::Error{ErrorCode::unavailable, "no room on the GPU"};
  }};

  CHECK(refusal(app, {}) == ErrorCode::unavailable);
}

TEST_CASE("a request has the id it came with, or one of its own", "[app]") {
  std::vector<std::string> ids;
  const AppFixture app{[&](Mmif&, const Parameters&, RequestContext& context) {
    ids.push_back(context.request_id());
  }};

  for (const char* id : {"r-1", "", ""}) {
    static_cast<void>(app.run(text_mmif(), "", {.id = id}));
  }

  CHECK(ids[0] == "r-1");
  CHECK(ids[1].size() == 15);
  CHECK(ids[1] != ids[2]);
}

TEST_CASE("the app's log lines have the request's id", "[app]") {
  const AppFixture app{
      [](Mmif&, const Parameters&, RequestContext& context) { context.logger().info("at work"); }};

  static_cast<void>(app.run(text_mmif(), "", {.id = "r-5"}));

  CHECK_THAT(app.log.text(), clams::testing::contains_text("[r-5] at work"));
}

TEST_CASE("progress reaches whoever asked for it", "[app]") {
  std::vector<double> seen;
  const AppFixture app{[](Mmif&, const Parameters&, RequestContext& context) {
    context.progress(0.5, "half");
    context.progress(1);
  }};

  static_cast<void>(app.run(
      text_mmif(), "", {.on_progress = [&](double fraction, auto) { seen.push_back(fraction); }}));

  CHECK(seen == std::vector{0.5, 1.0});
}

TEST_CASE("progress that nobody asked for is dropped", "[app]") {
  const AppFixture app{
      [](Mmif&, const Parameters&, RequestContext& context) { context.progress(0.5); }};

  CHECK(app.run().outcome == RunOutcome::annotated);
}

TEST_CASE("the sampling mode is that of the request", "[app]") {
  std::vector<clams::SamplingMode> modes;
  const AppFixture app{[&](Mmif&, const Parameters&, RequestContext& context) {
    modes.push_back(context.sampling_mode());
  }};

  static_cast<void>(app.run());
  static_cast<void>(app.run(text_mmif(), "tfSamplingMode=single"));

  CHECK(modes == std::vector{clams::SamplingMode::representatives, clams::SamplingMode::single});
}

TEST_CASE("signing a view twice is harmless", "[app]") {
  const AppFixture once{make_one_frame};
  const AppFixture twice{[](Mmif& mmif, const Parameters&, RequestContext& context) {
    context.sign(clams::testing::add_one_frame(mmif, context));
  }};

  CHECK(once.run().mmif == twice.run().mmif);
}

TEST_CASE("an app declares no memory unless it says so", "[app]") {
  const auto app = clams::make_app(clams::testing::small_metadata(), make_one_frame);

  CHECK_FALSE(app->model_requirements(Parameters{}).is_declared());
}

TEST_CASE("one number declares what the only model keeps", "[app]") {
  const clams::ModelRequirements declared = clams::Bytes{42};

  REQUIRE(declared.rungs().at(0).models.size() == 1);
  CHECK(declared.rungs().at(0).models[0].resident == clams::Bytes{42});
  CHECK_FALSE(declared.rungs().at(0).models[0].working.has_value());
}
