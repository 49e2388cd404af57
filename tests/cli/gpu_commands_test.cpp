// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/cli/run.hpp>
#include <clams/memory/ledger.hpp>
#include <clams/util/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

using clams::Json;
using clams::testing::ChildProcess;
using clams::testing::contains_text;
using clams::testing::Ended;
using clams::testing::TemporaryFolder;
using namespace clams::literals;

namespace {

/// Needs a model of 4 GiB and 1 GiB for each request; with five beams 20 GiB.
class PlannedApp : public clams::ClamsApp {
 public:
  [[nodiscard]] clams::AppMetadata app_metadata() const override {
    return clams::testing::test_metadata();
  }
  [[nodiscard]] clams::ModelRequirements model_requirements(
      const clams::Parameters& parameters) const override {
    const bool is_large = parameters.get<int>("beams") == 5;
    return {{.key = "net", .resident = is_large ? 20_GiB : 4_GiB, .working = 1_GiB}};
  }
  void annotate(clams::Mmif& /*mmif*/, const clams::Parameters& /*parameters*/,
                clams::RequestContext& /*context*/) override {}
};

/// A host with two simulated GPUs of 16 GiB, and the app's command line there.
struct Host {
  [[nodiscard]] Ended run(const std::vector<std::string>& arguments) const {
    PlannedApp app;
    ChildProcess child{[&] {
                         std::vector<const char*> argv{"/bin/test-app"};
                         for (const auto& argument : arguments) argv.push_back(argument.c_str());
                         return clams::run(app, static_cast<int>(argv.size()), argv.data());
                       },
                       "",
                       {"CLAMS_APP_VERSION=v1", "CLAMS_PROFILE_DIR=" + folder.path().string(),
                        "CLAMS_LEDGER_DIR=" + ledgers(), "CLAMS_SIMULATED_GPUS=16GiB,16GiB",
                        "CUDA_VISIBLE_DEVICES=" + visible}};
    return child.wait();
  }
  [[nodiscard]] Json json(const std::vector<std::string>& arguments) const {
    return clams::parse_json(run(arguments).out);
  }
  [[nodiscard]] std::string ledgers() const { return (folder.path() / "ledgers").string(); }

  TemporaryFolder folder;
  std::string visible = "0,1";
};

}  // namespace

TEST_CASE("ps shows the GPUs, and who has been promised what in other processes", "[cli]") {
  const Host host;
  const std::string uuid = host.json({"ps", "--json"})["gpu"]["devices"][1]["uuid"];
  clams::Ledger ledger{{.folder = host.ledgers(), .device = uuid, .owner = "another-app"}};
  auto entry = ledger.enter({.need = 6_GiB, .request = "abc-123"});
  const auto waits = ledger.enter({.need = 30_GiB, .request = "large"});
  ledger.try_promise(entry, [] { return clams::DeviceMemory{16_GiB, 16_GiB}; });
  REQUIRE(entry.is_promised());

  const Ended shown = host.run({"ps"});
  const Json told = host.json({"ps", "--json"});

  CHECK(shown.exit_code == 0);
  CHECK_THAT(shown.out, contains_text("GPU  UUID"));
  CHECK_THAT(shown.out, contains_text("10GiB"));
  CHECK_THAT(shown.out, contains_text("another-app  promised   6GiB      0B    abc-123"));
  CHECK_THAT(shown.out, contains_text("another-app  waits, #1  0B        0B    large"));
  CHECK_THAT(shown.out, contains_text("No peaks of this app are remembered"));
  CHECK(told["gpu"]["devices"][1]["available_memory_gb"] == 10.0);
  CHECK(told["gpu"]["devices"][1]["holders"][1]["position"] == 1);
  CHECK(told["profiles"]["count"] == 0);
}

TEST_CASE("ps counts GPUs as CUDA does, and tells them apart by UUID", "[cli]") {
  Host host;
  const std::string first = host.json({"ps", "--json"})["gpu"]["devices"][0]["uuid"];
  host.visible = "1,0";

  const Json turned = host.json({"ps", "--json"})["gpu"]["devices"];

  CHECK(turned[1]["uuid"] == first);
  CHECK(turned[1]["id"] == 1);
}

TEST_CASE("without a GPU ps says so", "[cli]") {
  Host host;
  host.visible = "-1";

  CHECK_THAT(host.run({"ps"}).out, contains_text("This process sees no GPU"));
}

TEST_CASE("doctor says that all is well, and what would be admitted", "[cli]") {
  const Host host;

  const Ended healthy = host.run({"doctor"});
  const Json told = host.json({"doctor", "--json"});

  CHECK(healthy.exit_code == 0);
  CHECK_THAT(healthy.out, contains_text("2 simulated GPUs"));
  CHECK_THAT(healthy.out, contains_text("GPU 1: a request needs 5GiB (declared), 16GiB is "
                                        "available, 1.60GiB is kept: admitted at once"));
  CHECK_THAT(healthy.out, contains_text("\nproblems: 0, "));
  CHECK(told["ok"] == true);
  CHECK(told["findings"][0]["severity"] == "note");
  CHECK(told["host"].contains("memory_limit_bytes"));
  CHECK(told["gpu"]["devices"].size() == 2);
}

TEST_CASE("doctor ends with 1 when something is broken, and says what to do", "[cli]") {
  const Host host;
  SECTION("a ledger folder that everybody may write to") {
    std::filesystem::create_directory(host.ledgers());
    std::filesystem::permissions(host.ledgers(), std::filesystem::perms::all);
    const Ended ended = host.run({"doctor"});

    CHECK(ended.exit_code == 1);
    CHECK_THAT(ended.out, contains_text("may be written by everybody"));
    CHECK_THAT(ended.out, contains_text("\nproblems: 1, "));
  }
  SECTION("limits that leave no room on any GPU") {
    const Ended ended = host.run({"doctor", "--memory-cap", "2GiB"});

    CHECK(ended.exit_code == 1);
    CHECK_THAT(ended.out, contains_text("never admitted"));
    CHECK_THAT(ended.out, contains_text("-> use a smaller model"));
  }
}

TEST_CASE("doctor refuses what it does not know", "[cli]") {
  const Host host;

  CHECK(host.run({"doctor", "everything"}).exit_code == 2);
  CHECK_THAT(host.run({"doctor", "--jsn"}).err, contains_text("did you mean --json?"));
  CHECK_THAT(host.run({"ps", "--help"}).out, contains_text("Usage: test-app ps [--json]"));
}

TEST_CASE("plan says how many processes fit, by memory and by processors", "[cli]") {
  const Host host;

  const Json plan = host.json({"plan", "--json", "--context", "1GiB", "--reserve", "2GiB"});
  const Ended shown = host.run({"plan"});

  CHECK(plan["gpus"][0]["processes"] == 2);
  CHECK(plan["by_memory"] == 4);
  CHECK(plan["by_processors"] <= 4);
  CHECK(plan["workers"] == plan["by_processors"]);
  CHECK(plan["requests_of_one_process"] == 18);
  CHECK(plan["estimate_source"] == "declared");
  CHECK(shown.exit_code == 0);
  CHECK_THAT(shown.out, contains_text("models 4GiB and a request 1GiB (declared), context 500MiB "
                                      "(assumed)"));
  CHECK_THAT(shown.out, contains_text("worker processes: 4 by memory, "));
  CHECK_THAT(shown.out, contains_text("by processors: min(4, "));
}

TEST_CASE("plan takes the app's parameters, and ends with 75 if no process fits", "[cli]") {
  const Host host;

  const Ended none = host.run({"plan", "--beams", "5"});

  CHECK(none.exit_code == 75);
  CHECK_THAT(none.out, contains_text("0 worker processes: 0 by memory"));
  CHECK(host.run({"plan", "--beams", "3"}).exit_code == 2);
  CHECK(host.run({"plan", "file"}).exit_code == 2);
}

TEST_CASE("without a GPU the processors alone say how many processes fit", "[cli]") {
  Host host;
  host.visible = "-1";

  const Ended shown = host.run({"plan"});

  CHECK(shown.exit_code == 0);
  CHECK_THAT(shown.out, contains_text("worker processes: no GPU is used; "));
}
