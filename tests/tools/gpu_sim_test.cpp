// SPDX-License-Identifier: Apache-2.0
#include "clams/tool.hpp"
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"
#include <clams/memory/simulated_gpus.hpp>
#include <clams/util/json.hpp>

#include <csignal>
#include <iostream>
#include <sstream>

using clams::Json;
using clams::testing::ChildProcess;
using clams::testing::contains_text;
using clams::testing::Ended;
using clams::testing::TemporaryFolder;
using clams::tool::ExitCode;

namespace {

using namespace clams::literals;

/// A state file with two GPUs, and the tool as a process of its own: it reads its environment.
struct Laboratory {
  [[nodiscard]] ChildProcess start(const std::vector<std::string>& words) const {
    return ChildProcess{[&] {
                          std::vector<std::string> arguments{"gpu-sim"};
                          arguments.insert(arguments.end(), words.begin(), words.end());
                          // Its waiting for memory to be taken is easier on stderr.
                          std::ostream& out = words.front() == "take" ? std::cerr : std::cout;
                          return clams::tool::run(arguments, {std::cin, out, std::cerr});
                        },
                        "",
                        {"CLAMS_SIMULATED_GPUS=" + gpus, "CLAMS_SIMULATED_STATE=" + state()}};
  }
  [[nodiscard]] Ended run(const std::vector<std::string>& words) const {
    return start(words).wait();
  }
  [[nodiscard]] Json device(std::size_t index) const {
    return clams::parse_json(run({"status", "--json"}).out)["devices"][index];
  }
  [[nodiscard]] std::string state() const { return (folder.path() / "state").string(); }

  TemporaryFolder folder;
  std::string gpus = "24GiB,16GiB";
};

}  // namespace

TEST_CASE("gpu-sim tells as JSON what the simulated GPUs have", "[tools]") {
  const Laboratory lab;

  const Ended ended = lab.run({"status", "--json"});

  CHECK(ended.exit_code == ExitCode::success);
  const Json devices = clams::parse_json(ended.out)["devices"];
  REQUIRE(devices.size() == 2);
  std::vector<std::string> names;
  for (const auto& [name, value] : devices[1].items()) names.push_back(name);
  CHECK(names == std::vector<std::string>{"uuid", "name", "total_bytes", "used_bytes",
                                          "high_water_bytes", "failed_allocations"});
  CHECK(devices[1]["name"] == "Simulated GPU");
  CHECK(devices[1]["total_bytes"] == (16_GiB).count());
  CHECK(devices[1]["used_bytes"] == 0);
}

TEST_CASE("gpu-sim takes memory for a while and gives it back", "[tools]") {
  const Laboratory lab;

  const Ended ended = lab.run({"take", "10GiB", "--device", "1", "--for", "1ms"});

  CHECK(ended.exit_code == ExitCode::success);
  CHECK_THAT(ended.err, contains_text("holding 10GiB of simulated GPU 1 for 1ms"));
  CHECK(lab.device(1)["used_bytes"] == 0);
  CHECK(lab.device(1)["high_water_bytes"] == (10_GiB).count());
  CHECK(lab.device(0)["high_water_bytes"] == 0);
}

TEST_CASE("gpu-sim gives back what it took as soon as it is told to end", "[tools]") {
  const Laboratory lab;
  ChildProcess tenant = lab.start({"take", "20GiB"});
  tenant.wait_for_stderr("end me to give it back");
  CHECK(lab.device(0)["used_bytes"] == (20_GiB).count());

  tenant.signal(SIGTERM);

  CHECK(tenant.wait().exit_code == ExitCode::success);
  CHECK(lab.device(0)["used_bytes"] == 0);
}

TEST_CASE("gpu-sim fails when there is not so much, and that is counted", "[tools]") {
  const Laboratory lab;

  const Ended ended = lab.run({"take", "25GiB", "--for", "1s"});

  CHECK(ended.exit_code == ExitCode::failure);
  CHECK_THAT(ended.err, contains_text("25GiB were asked for, 24GiB of 24GiB are free"));
  CHECK(lab.device(0)["failed_allocations"] == 1);
}

TEST_CASE("gpu-sim resets what happened, and makes other GPUs if asked to", "[tools]") {
  Laboratory lab;
  static_cast<void>(lab.run({"take", "1GiB", "--for", "1ms"}));

  CHECK(lab.run({"reset"}).exit_code == ExitCode::success);
  CHECK(lab.device(0)["high_water_bytes"] == 0);
  lab.gpus = "8GiB";
  CHECK_THAT(lab.run({"status"}).err, contains_text("let `clams gpu-sim reset` make it anew"));
  CHECK_THAT(lab.run({"reset"}).out, contains_text("8GiB"));
}

TEST_CASE("gpu-sim says what is wrong in one line", "[tools]") {
  const Laboratory lab;
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
      {{"statsu"}, "clams gpu-sim: invalid choice 'statsu': expected one of status, take, reset"},
      {{"status", "--jsn"}, "--jsn"},
      {{"take"}, "BYTES is required"},
      {{"take", "much"}, "much"},
      {{"take", "1GiB", "--for", "ever"}, "'ever' is not a time such as 30s"},
      {{"take", "1GiB", "--device", "one"}, "--device"}};
  for (const auto& [words, problem] : wrong) {
    INFO(words.back());
    const Ended ended = lab.run(words);
    CHECK(ended.exit_code == ExitCode::bad_usage);
    CHECK_THAT(ended.err, contains_text(problem));
  }
  CHECK_THAT(lab.run({"take", "1GiB", "--device", "7"}).err,
             contains_text("there is no simulated GPU 7, only 2"));
  CHECK_THAT(lab.run({"take", "--help"}).out + lab.run({"take", "--help"}).err,
             contains_text("--for"));
}
