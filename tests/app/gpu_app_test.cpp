// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/memory_host.hpp"
#include "support/test_app.hpp"
#include <clams/memory/insufficient_memory.hpp>
#include <clams/memory/model_pool.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

using clams::Json;
using clams::ModelRequirements;
using clams::RunOutcome;
using clams::testing::kEmptyMmif;
using clams::testing::MemoryHost;
using clams::testing::SimulatedTensor;
using namespace clams::literals;

namespace {

/// Loads a model of 3 GiB and works with what `work` allocates.
class GpuApp : public clams::ClamsApp {
 public:
  using Work = std::function<void(const clams::RequestContext&)>;

  GpuApp(MemoryHost& host, ModelRequirements needs, Work work)
      : host_(host), needs_(std::move(needs)), work_(std::move(work)) {}

  [[nodiscard]] clams::AppMetadata app_metadata() const override {
    return clams::testing::test_metadata();
  }
  [[nodiscard]] ModelRequirements model_requirements(
      const clams::Parameters& /*parameters*/) const override {
    if (refuses_parameters) {
      throw clams::Error{clams::ErrorCode::invalid_parameter, "no such model"};
    }
    return needs_;
  }
  clams::WarmUp warm_up(const clams::Parameters& /*parameters*/,
                        clams::RequestMemory& memory) override {
    const auto model = load(memory);
    return clams::WarmUp::loaded;
  }
  void annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                clams::RequestContext& context) override {
    std::optional<clams::ModelLease<SimulatedTensor>> model;
    if (context.memory().device() != nullptr) model.emplace(load(context.memory()));
    work_(context);
    clams::testing::add_labelled_frame(mmif, parameters, context);
  }

  bool refuses_parameters = false;

 private:
  [[nodiscard]] clams::ModelLease<SimulatedTensor> load(clams::RequestMemory& memory) {
    return models_.acquire(memory, "m", [this](const clams::Device* device) {
      return std::make_shared<SimulatedTensor>(host_.gpus(), device->index, 3_GiB);
    });
  }

  MemoryHost& host_;
  ModelRequirements needs_;
  Work work_;
  clams::ModelPool<SimulatedTensor> models_;
};

/// The app on the host, and its answers.
struct GpuRun {
  GpuRun(MemoryHost& host, ModelRequirements needs, GpuApp::Work work)
      : memory(host.process()),
        app(host, std::move(needs), std::move(work)),
        runner(app, {.environment = clams::Environment{{{"CLAMS_APP_VERSION", "v1"}}},
                     .folder = "/",
                     .log = {.sink = &host.log},
                     .memory = memory.get()}) {}

  [[nodiscard]] Json profile() const {
    const auto result = runner.annotate(kEmptyMmif);
    REQUIRE(result.outcome == RunOutcome::annotated);
    return clams::parse_json(result.mmif)["views"][0]["metadata"]["appProfiling"]["gpuMemory"];
  }

  std::unique_ptr<clams::GpuMemory> memory;
  GpuApp app;
  clams::AppRunner runner;
};

ModelRequirements three_and_two() { return {{.key = "m", .resident = 3_GiB, .working = 2_GiB}}; }

}  // namespace

TEST_CASE("a view says what its run had of the GPU", "[app]") {
  MemoryHost host;
  const GpuRun run{host, three_and_two(), [&](const auto&) {
                     const SimulatedTensor work{host.gpus(), 0, 1_GiB};
                   }};

  const Json profile = run.profile();

  CHECK(profile["uuid"] == host.gpus().installed()[0].uuid);
  CHECK(profile["allocatedBytes"] == (1_GiB).count());
  CHECK(profile["modelBytes"] == (3_GiB).count());
  CHECK(profile["estimateBytes"] == (5_GiB).count());
  CHECK(profile["estimateSource"] == "declared");
  CHECK(profile.contains("waitSeconds"));
  CHECK(profile.contains("loadSeconds"));
}

TEST_CASE("a view says which alternative ran", "[app]") {
  MemoryHost host;
  auto needs = ModelRequirements{{.key = "large", .resident = 30_GiB}}.or_else(
      "int8", {{.key = "m", .resident = 3_GiB}});
  const GpuRun run{host, std::move(needs), [](const auto&) {}};

  CHECK(run.profile()["rung"] == "int8");
}

TEST_CASE("an app that declares nothing runs, and is remembered", "[app]") {
  MemoryHost host;
  const GpuRun run{host, {}, [&](const auto&) {
                     const SimulatedTensor work{host.gpus(), 0, 1_GiB};
                   }};

  CHECK(run.profile()["estimateSource"] == "rule");
  CHECK(run.profile()["estimateSource"] == "recorded");
}

TEST_CASE("what is remembered of a model is not taken for one with other weights", "[app]") {
  MemoryHost host;
  const auto source_of = [&host](const std::string& fingerprint) {
    const GpuRun run{host, {{.key = "m", .fingerprint = fingerprint}}, [&](const auto&) {
                       const SimulatedTensor work{host.gpus(), 0, 1_GiB};
                     }};
    return run.profile()["estimateSource"];
  };

  CHECK(source_of("one") == "rule");
  CHECK(source_of("one") == "recorded");
  CHECK(source_of("another") == "rule");
}

TEST_CASE("a run that an allocation failed in is tried once more", "[app]") {
  MemoryHost host;
  int runs = 0;
  const GpuRun run{host, three_and_two(), [&](const auto&) {
                     if (++runs == 1) host.gpus().fail_allocation(0, 1);
                     const SimulatedTensor work{host.gpus(), 0, 1_GiB};
                   }};

  const auto result = run.runner.annotate(kEmptyMmif);

  CHECK(runs == 2);
  CHECK(result.outcome == RunOutcome::annotated);
  CHECK(clams::parse_json(result.mmif)["views"].size() == 1);
}

TEST_CASE("a run that fails for lack of memory twice is refused, not failed", "[app]") {
  MemoryHost host;
  const GpuRun run{host, three_and_two(), [&](const auto&) {
                     host.gpus().fail_allocation(0, 1);
                     const SimulatedTensor work{host.gpus(), 0, 1_GiB};
                   }};

  try {
    const auto result = run.runner.annotate(kEmptyMmif);
    FAIL("it was answered: " + result.mmif);
  } catch (const clams::InsufficientMemory& error) {
    CHECK(error.refusal().code == clams::RefusalCode::out_of_memory);
  }
}

TEST_CASE("a failing app leaves no promise behind", "[app]") {
  MemoryHost host;
  const GpuRun run{host, three_and_two(),
                   [](const auto&) { throw std::runtime_error{"no speech"}; }};

  CHECK(run.runner.annotate(kEmptyMmif).outcome == RunOutcome::app_failed);
  CHECK(run.memory->accounts()[0]->slots().in_use() == 0);
  CHECK(run.memory->accounts()[0]->look().promised == 3_GiB);  // the model is still loaded
}

TEST_CASE("without a GPU a view says nothing of one", "[app]") {
  const clams::testing::TestRunner test;

  const auto result = test.runner.annotate(kEmptyMmif);

  CHECK(result.mmif.find("gpuMemory") == std::string::npos);
}

TEST_CASE("an app for GPUs that runs on the processor says what it took of the host", "[app]") {
  MemoryHost host{"10GiB"};
  auto needs = ModelRequirements{{.key = "large", .resident = 30_GiB}}.or_else("cpu", {});
  const GpuRun run{host, std::move(needs), [](const auto&) {}};

  const auto result = run.runner.annotate(kEmptyMmif);

  const Json profile = clams::parse_json(result.mmif)["views"][0]["metadata"]["appProfiling"];
  CHECK_FALSE(profile.contains("gpuMemory"));
  CHECK(profile["hostMemory"]["rung"] == "cpu");
  CHECK(profile["hostMemory"]["allocatedBytes"] >= 0);
}

TEST_CASE("a warm-up leaves the model loaded for the first request", "[app]") {
  MemoryHost host;
  const GpuRun run{host, three_and_two(), [](const auto&) {}};

  run.runner.warm_up();

  CHECK(host.free() == 7_GiB);
  CHECK(run.profile()["loadSeconds"] == 0.0);
  CHECK(run.memory->totals().loads == 1);
}

TEST_CASE("a warm-up without room is no reason not to serve", "[app]") {
  MemoryHost host;
  host.options.on_busy = clams::BusyPolicy::reject;
  const GpuRun run{host, three_and_two(), [](const auto&) {}};
  host.gpus().take_foreign(0, 9_GiB);

  run.runner.warm_up();

  CHECK(host.log.text().find("the warm-up failed: Insufficient GPU memory") != std::string::npos);
}

TEST_CASE("a view that asks for the hardware names the GPUs", "[app]") {
  MemoryHost host;
  const GpuRun run{host, three_and_two(), [](const auto&) {}};

  const auto result = run.runner.annotate(kEmptyMmif, clams::query_parameters("hwFetch=true"));

  const Json profile = clams::parse_json(result.mmif)["views"][0]["metadata"]["appProfiling"];
  CHECK(profile["hardware"]["cuda"][0] == "Simulated GPU, With 10240 MiB");
}

TEST_CASE("a value that only the app's own needs refuse is a bad parameter", "[app]") {
  MemoryHost host;
  GpuRun run{host, three_and_two(), [](const auto&) {}};
  run.app.refuses_parameters = true;

  const auto result = run.runner.annotate(kEmptyMmif);

  CHECK(result.outcome == RunOutcome::parameters_refused);
  CHECK(result.problem == "no such model");
}
