// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/cli/run.hpp>
#include <clams/util/files.hpp>

#include <iostream>
#include <string>
#include <vector>

using clams::testing::ChildProcess;
using clams::testing::Ended;
using clams::testing::kEmptyMmif;
using clams::testing::TemporaryFolder;

namespace {

/// The test app, which also prints.
void print_and_annotate(clams::Mmif& mmif, const clams::Parameters& parameters,
                        clams::RequestContext& context) {
  std::cout << "printed by the app\n";
  if (parameters.get<std::string>("word") == "fail") throw std::runtime_error{"told to fail"};
  clams::testing::add_labelled_frame(mmif, parameters, context);
}

Ended run(const std::vector<std::string>& arguments, const std::string& input = "") {
  ChildProcess child{[&] {
                       std::vector<const char*> argv{"/bin/test-app"};
                       for (const auto& argument : arguments) argv.push_back(argument.c_str());
                       return clams::run(clams::testing::test_metadata(), print_and_annotate,
                                         static_cast<int>(argv.size()), argv.data());
                     },
                     input,
                     {"CLAMS_APP_VERSION=v1"}};
  return child.wait();
}

struct Unmakeable : clams::ClamsApp {
  Unmakeable() { throw std::runtime_error{"no model file"}; }
  [[nodiscard]] clams::AppMetadata app_metadata() const override { return {}; }
  void annotate(clams::Mmif&, const clams::Parameters&, clams::RequestContext&) override {}
};

}  // namespace

TEST_CASE("annotate reads stdin and writes stdout, and the app's prints go to stderr", "[cli]") {
  const Ended ended = run({"annotate", "--word", "x"}, kEmptyMmif);

  CHECK(ended.exit_code == 0);
  CHECK(ended.out.front() == '{');
  CHECK(ended.out.back() == '}');
  CHECK(ended.out.find("\"label\": \"x\"") != std::string::npos);
  CHECK(ended.out.find("\"parameters\": {\"word\": \"x\"}") != std::string::npos);
  CHECK(ended.err.find("printed by the app") != std::string::npos);
}

TEST_CASE("annotate takes a file and makes another", "[cli]") {
  const TemporaryFolder folder;
  const std::string in = folder.path() / "in.mmif";
  const std::string out = folder.path() / "out.mmif";
  clams::write_file_atomically(in, kEmptyMmif);

  const Ended ended = run({"annotate", "--words", "a", "b", "--", in, out});

  CHECK(ended.exit_code == 0);
  CHECK(ended.out == "printed by the app\n");
  CHECK(clams::read_file(out).find("\"words\": \"['a', 'b']\"") != std::string::npos);
}

TEST_CASE("a failed app exits 1 with the error view in the result", "[cli]") {
  const Ended failed = run({"annotate", "--word", "fail"}, kEmptyMmif);

  CHECK(failed.exit_code == 1);
  CHECK(failed.out.find("told to fail") != std::string::npos);
  CHECK(failed.out.find("\n  \"views\"") != std::string::npos);
}

TEST_CASE("invalid input exits 1, says so, and leaves OUT empty", "[cli]") {
  const TemporaryFolder folder;
  const std::string out = folder.path() / "out.mmif";

  const Ended ended = run({"annotate", "-", out}, "hello");

  CHECK(ended.exit_code == 1);
  CHECK(ended.out.empty());
  CHECK(ended.err.rfind("Invalid input data. See below for validation error.\n\n", 0) == 0);
  CHECK(clams::read_file(out).empty());
}

TEST_CASE("wrong usage exits 2 and leaves no file", "[cli]") {
  const TemporaryFolder folder;
  const std::string out = folder.path() / "out.mmif";

  const Ended missing = run({"annotate", "/nonexistent", out});

  CHECK(missing.exit_code == 2);
  CHECK(missing.err.find("/nonexistent") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(out));
  CHECK(run({"annotate", "--beams", "2"}, kEmptyMmif).exit_code == 2);
  CHECK(run({"annotate", "-", "/nonexistent/out"}, kEmptyMmif).exit_code == 2);
  CHECK(run({"--prot", "1"}).exit_code == 2);
  CHECK(run({"--log-format", "xml", "metadata"}).exit_code == 2);
}

TEST_CASE("metadata and version are printed", "[cli]") {
  CHECK(run({"metadata"}).out.rfind("{\"name\":\"Test App\"", 0) == 0);
  CHECK(run({"metadata", "--pretty"}).out.find("\n  \"name\": ") != std::string::npos);
  CHECK(run({"--version"}).out.rfind("Test App v1 (clams-cpp ", 0) == 0);
}

TEST_CASE("help shows the commands, and that of annotate the parameters", "[cli]") {
  const Ended overview = run({"--help"});
  const Ended annotate = run({"annotate", "--help"});

  CHECK(overview.exit_code == 0);
  for (const std::string word : {"serve", "annotate", "metadata", "--config", "Exit codes"}) {
    CHECK(overview.out.find(word) != std::string::npos);
  }
  for (const std::string setting : {"--http-strict", "--max-per-gpu", "--media-root"}) {
    CHECK(run({"serve", "--help"}).out.find(setting) != std::string::npos);
  }
  CHECK(annotate.exit_code == 0);
  CHECK(annotate.out.find("--beams 1|5") != std::string::npos);
  CHECK(annotate.out.find("--tfSamplingMode") != std::string::npos);
}

TEST_CASE("an app that cannot be made is reported", "[cli]") {
  ChildProcess child{[] {
    const char* const argv[] = {"app"};
    return clams::run<Unmakeable>(1, argv);
  }};

  const Ended ended = child.wait();

  CHECK(ended.exit_code == 1);
  CHECK(ended.err.find("no model file") != std::string::npos);
}
