// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/memory_host.hpp"
#include "support/test_app.hpp"
#include <clams/memory/insufficient_memory.hpp>
#include <clams/memory/model_pool.hpp>
#include <clams/util/error.hpp>

#include <stdexcept>

using clams::Parameters;
using clams::RequestContext;
using clams::testing::MemoryHost;
using clams::testing::SimulatedTensor;
using clams::testing::TestRunner;
using namespace clams::literals;

namespace {

clams::RawParameters with(const std::string& name, const std::string& value) {
  clams::RawParameters raw;
  raw.add(name, value);
  return raw;
}

/// An app whose requests need 2 GiB.
struct NeedyApp : clams::ClamsApp {
  [[nodiscard]] clams::AppMetadata app_metadata() const override {
    return clams::testing::test_metadata();
  }
  [[nodiscard]] clams::ModelRequirements model_requirements(const Parameters&) const override {
    return {{.key = "m", .resident = clams::Bytes{0}, .working = 2_GiB}};
  }
  void annotate(clams::Mmif&, const Parameters&, RequestContext&) override {}
};

/// The app on a host with a GPU.
struct NeedyRun {
  explicit NeedyRun(MemoryHost& host)
      : memory(host.process()),
        runner(app, {.environment = clams::Environment{{{"CLAMS_APP_VERSION", "v1"}}},
                     .folder = "/",
                     .log = {.sink = &host.log},
                     .memory = memory.get()}) {}

  NeedyApp app;
  std::unique_ptr<clams::GpuMemory> memory;
  clams::AppRunner runner;
};

}  // namespace

TEST_CASE("work of an app's own gets checked parameters and an id", "[app]") {
  TestRunner test;
  std::string seen;

  test.runner.run(with("word", "x"), {.id = "q7"},
                  [&](const Parameters& parameters, RequestContext& context) {
                    seen = parameters.get<std::string>("word") + context.request_id() +
                           std::to_string(parameters.get<int>("beams"));
                  });

  CHECK(seen == "xq71");
}

TEST_CASE("work of an app's own is refused, cancelled and fails like a request", "[app]") {
  TestRunner test;
  std::stop_source stop;
  stop.request_stop();
  const auto nothing = [](const Parameters&, RequestContext&) {};
  const auto failing = [](const Parameters&, RequestContext&) { throw std::runtime_error{"no"}; };

  CHECK_THROWS_AS(test.runner.run(with("beams", "2"), {}, nothing), clams::Error);
  CHECK_THROWS_AS(test.runner.run({}, {.stop = stop.get_token()}, nothing), clams::Error);
  CHECK_THROWS_AS(test.runner.run({}, {}, failing), std::runtime_error);
}

TEST_CASE("work of an app's own is admitted to a GPU and measured there", "[app]") {
  MemoryHost host;
  const NeedyRun run{host};

  run.runner.run({}, {}, [&](const Parameters&, RequestContext& context) {
    REQUIRE(context.memory().device() != nullptr);
    CHECK(context.memory().grant().promised() == 2_GiB);
    const SimulatedTensor work{host.gpus(), 0, 1_GiB};
  });

  CHECK(run.memory->store()->flush());
  const auto recorded = run.memory->store()->list(run.runner.metadata().identifier);
  CHECK(recorded.size() == 1);
}

TEST_CASE("work is done once more after an allocation that failed, and then refused", "[app]") {
  MemoryHost host;
  const NeedyRun run{host};
  int calls = 0;
  int failures = 1;
  const auto work = [&](const Parameters&, RequestContext&) {
    if (++calls <= failures) host.gpus().fail_allocation(0, 1);
    const SimulatedTensor tensor{host.gpus(), 0, 1_GiB};
  };

  run.runner.run({}, {}, work);
  CHECK(calls == 2);

  calls = 0;
  failures = 2;
  CHECK_THROWS_AS(run.runner.run({}, {}, work), clams::InsufficientMemory);
  CHECK(calls == 2);
}
