// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/memory_host.hpp"
#include "support/test_app.hpp"
#include <clams/cli/detail/profile_sweep.hpp>

#include <functional>
#include <iostream>
#include <string>
#include <vector>

using clams::detail::parse_sweep_arguments;
using clams::testing::ChildProcess;
using clams::testing::contains_text;
using clams::testing::Ended;
using clams::testing::kEmptyMmif;
using clams::testing::MemoryHost;
using clams::testing::SimulatedTensor;
using namespace clams::literals;

namespace {

/// Takes a GiB for each beam, and fails at the word `fail`.
clams::AnnotateFunction greedy(MemoryHost& host) {
  return [&host](clams::Mmif& mmif, const clams::Parameters& parameters,
                 clams::RequestContext& context) {
    std::cout << "printed by the app\n";
    const SimulatedTensor work{host.gpus(), 0, 1_GiB * parameters.get<int>("beams")};
    if (parameters.get<std::string>("word") == "fail") throw std::runtime_error{"told to fail"};
    clams::testing::add_labelled_frame(mmif, parameters, context);
  };
}

/// What a sweep on a host of its own answers; on stderr also how many records it left.
Ended sweep(const std::vector<std::string>& arguments) {
  ChildProcess child{[&] {
                       MemoryHost host{"10GiB"};
                       const auto app =
                           clams::make_app(clams::testing::test_metadata(), greedy(host));
                       const auto memory = host.process();
                       const clams::AppRunner runner{
                           *app,
                           {.environment = clams::Environment{{{"CLAMS_APP_VERSION", "v1"}}},
                            .folder = "/",
                            .log = {.sink = &host.log},
                            .memory = memory.get()}};
                       const auto code = clams::detail::sweep_command(runner, arguments);
                       memory->store()->flush();
                       const auto kept = memory->store()->list(runner.metadata().identifier);
                       std::cerr << kept.size() << " kept\n";
                       return static_cast<int>(code);
                     },
                     kEmptyMmif};
  return child.wait();
}

}  // namespace

TEST_CASE("a sweep measures each combination and remembers its peak", "[cli]") {
  const Ended ended = sweep({"--param", "word=a,b", "--param=beams=1,5", "-"});

  CHECK(ended.exit_code == 0);
  CHECK(ended.out ==
        "word  beams  ALLOCATED  MODELS  RESERVED\n"
        "a     1      1GiB       0B      1GiB\n"
        "a     5      5GiB       0B      5GiB\n"
        "b     1      1GiB       0B      1GiB\n"
        "b     5      5GiB       0B      5GiB\n");
  CHECK_THAT(ended.err, contains_text("[2/4] word=a beams=5: "));
  CHECK_THAT(ended.err, contains_text("5GiB allocated, models 0B, 5GiB reserved\n"));
  CHECK_THAT(ended.err, contains_text("4 kept"));
}

TEST_CASE("a combination that fails does not end the sweep", "[cli]") {
  const Ended ended = sweep({"--param", "word=fail,b", "-"});

  CHECK(ended.exit_code == 1);
  CHECK_THAT(ended.err, contains_text("failed: "));
  CHECK_THAT(ended.err, contains_text("told to fail"));
  CHECK_THAT(ended.out, contains_text("fail  failed     -       -\n"));
  CHECK_THAT(ended.out, contains_text("b     1GiB"));
}

TEST_CASE("wrong arguments of a sweep are refused before the first run", "[cli]") {
  const auto specs = clams::testing::TestRunner{}.runner.metadata().parameters;
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& why) {
    CHECK_THROWS_WITH(parse_sweep_arguments(arguments, specs), why);
  };

  refused({"--param", "beam=1", "-"},
          "argument --param: the app has no parameter beam; did you mean beams?");
  refused({"--param", "beams", "-"},
          "argument --param: 'beams' is not of the form NAME=VALUE,VALUE");
  refused({"--param", "beams=1", "--param", "beams=5", "-"}, "argument --param: beams came twice");
  refused({"--parm", "beams=1", "-"}, "unknown argument --parm; did you mean --param?");
  refused({"-"}, "profile sweep: --param NAME=VALUE,VALUE is missing");
  refused({"--param", "beams=1"}, "profile sweep: INPUT is missing");
  refused({"--param", "beams=1", "a", "b"}, "unknown argument b; INPUT was given");
  CHECK_THROWS_WITH(
      clams::detail::sweep_command(clams::testing::TestRunner{}.runner, {"--param", "word=a", "-"}),
      "profile sweep measures GPU memory, and no GPU is here");
  CHECK_THROWS_AS(clams::detail::sweep_command(clams::testing::TestRunner{}.runner,
                                               {"--param", "beams=3", "-"}),
                  clams::Error);
}
