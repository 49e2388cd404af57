// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/http_client.hpp"
#include "support/test_app.hpp"
#include <clams/cli/run.hpp>
#include <clams/serve/route_call.hpp>

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

using clams::testing::ChildProcess;
using clams::testing::Ended;

namespace {

/// `shout WORDS...` prints the words; `label` prints what the runner makes of the parameters.
clams::RunExtras extras(std::string& folder) {
  clams::RunExtras own;
  own.commands.push_back({.name = "shout",
                          .usage = "shout WORD...",
                          .summary = "print words",
                          .run = [&folder](const clams::CommandCall& call) {
                            std::cout << call.program << ' ' << folder;
                            for (const auto& word : call.arguments) std::cout << ' ' << word;
                            return call.arguments.empty() ? 7 : 0;
                          }});
  own.commands.push_back(
      {.name = "label",
       .usage = "label WORD",
       .summary = "run with a word",
       .run = [](const clams::CommandCall& call) {
         clams::RawParameters raw;
         for (const auto& word : call.arguments) raw.add("beams", word);
         call.runner().run(raw, {}, [](const clams::Parameters& parameters, auto& context) {
           std::cout << parameters.get<int>("beams") << (context.memory().device() == nullptr);
         });
         return 0;
       }});
  own.commands.push_back({.name = "refuse",
                          .usage = "refuse",
                          .summary = "refuse",
                          .run = [](const clams::CommandCall&) -> int {
                            throw clams::Error{clams::ErrorCode::usage, "no"};
                          }});
  own.before_serve = [&folder](const clams::http::ServerOptions&) {
    if (folder != "missing") return;
    throw clams::Error{clams::ErrorCode::not_found, "there is no folder missing"};
  };
  own.settings.push_back({.name = "folder",
                          .variable = "TEST_FOLDER",
                          .placeholder = "FOLDER",
                          .meaning = "where things are"});
  own.configure = [&folder](const clams::AppSettings& set) {
    const auto found = set.find("folder");
    if (found != set.end()) folder = found->second;
    if (folder == "bad") throw clams::Error{clams::ErrorCode::usage, "--folder: 'bad' is bad"};
  };
  own.routes.add({.method = "GET",
                  .path = "/folder",
                  .handler = [&folder](const clams::http::Request&, clams::http::RouteCall&) {
                    return clams::http::Response{.body = folder};
                  }});
  return own;
}

int run_here(const std::vector<std::string>& arguments) {
  std::string folder = "none";
  const auto app =
      clams::make_app(clams::testing::test_metadata(), clams::testing::add_labelled_frame);
  std::vector<const char*> argv{"/bin/test-app"};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  return clams::run(*app, static_cast<int>(argv.size()), argv.data(), extras(folder));
}

Ended run_with_extras(const std::vector<std::string>& arguments,
                      const std::vector<std::string>& variables = {"CLAMS_APP_VERSION=v1"}) {
  ChildProcess child{[&] { return run_here(arguments); }, "", variables};
  return child.wait();
}

}  // namespace

TEST_CASE("an app's own command gets what follows it, and its exit code counts", "[cli]") {
  const Ended shouted = run_with_extras({"shout", "a", "--help", "--folder=x"});

  CHECK(shouted.exit_code == 0);
  CHECK(shouted.out == "test-app none a --help --folder=x");
  CHECK(run_with_extras({"shout"}).exit_code == 7);
}

TEST_CASE("what is wrong with an own command's usage points to its own help", "[cli]") {
  const Ended refused = run_with_extras({"refuse"});

  CHECK(refused.exit_code == 2);
  CHECK(refused.err == "test-app: error: no\nTry test-app refuse --help.\n");
}

TEST_CASE("what is thrown before serving ends the program", "[cli]") {
  const Ended ended = run_with_extras({"serve", "--port", "0", "--folder", "missing"});

  CHECK(ended.exit_code == 1);
  CHECK(ended.err.find("there is no folder missing") != std::string::npos);
}

TEST_CASE("an own command runs the app's work like a request", "[cli]") {
  CHECK(run_with_extras({"label", "5"}).out == "51");
  const Ended refused = run_with_extras({"label", "2"});
  CHECK(refused.exit_code == 1);
  CHECK(refused.err.find("beams") != std::string::npos);
}

TEST_CASE("own settings come by flag, variable or file, and are checked", "[cli]") {
  CHECK(run_with_extras({"--folder", "here", "shout", "a"}).out == "test-app here a");
  CHECK(run_with_extras({"shout", "a"}, {"TEST_FOLDER=there"}).out == "test-app there a");
  CHECK(run_with_extras({"--folder", "bad", "shout"}).exit_code == 2);
  CHECK(run_with_extras({"--folder", "bad", "shout"}).err.find("'bad' is bad") !=
        std::string::npos);
}

TEST_CASE("help lists own commands and settings, and typos are answered with the nearest",
          "[cli]") {
  const Ended help = run_with_extras({"--help"});
  const Ended serve = run_with_extras({"serve", "--help"});

  CHECK(help.out.find("shout WORD...") != std::string::npos);
  CHECK(help.out.find("print words") != std::string::npos);
  CHECK(help.out.find("--folder FOLDER") != std::string::npos);
  CHECK(serve.out.find("[TEST_FOLDER]") != std::string::npos);
  CHECK(run_with_extras({"shuot", "a"}).err.find("did you mean shout?") != std::string::npos);
  CHECK(run_with_extras({"--foldr", "a"}).err.find("did you mean --folder?") != std::string::npos);
  CHECK(run_with_extras({"shuot"}).exit_code == 2);
}

TEST_CASE("own routes are served with the app, under the settings after serve", "[cli]") {
  ChildProcess child{[] { return run_here({"serve", "--port", "0", "--folder", "served"}); }};
  const std::string log = child.wait_for_stderr("listening on");
  const int port = std::stoi(log.substr(log.find("127.0.0.1:") + 10));

  CHECK(clams::testing::ask(port, "GET", "/folder").body == "served");
  child.signal(SIGTERM);
  CHECK(child.wait().exit_code == 0);
}
