// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/http_client.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/cli/run.hpp>

#include <array>
#include <csignal>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using clams::testing::ChildProcess;
using clams::testing::http_request;
using clams::testing::HttpClient;
using clams::testing::kEmptyMmif;
using clams::testing::TemporaryFolder;

namespace {

/// Serves on a socket in the folder, as a process of its own.
class ServedApp {
 public:
  explicit ServedApp(clams::AnnotateFunction annotate, std::vector<std::string> more = {})
      : process_{[&] { return serve(std::move(annotate), more); }, "", {"CLAMS_APP_VERSION=v1"}} {
    process_.wait_for_stderr("listening on");
  }

  [[nodiscard]] std::filesystem::path socket() const { return folder_.path() / "s"; }
  [[nodiscard]] ChildProcess& process() { return process_; }

 private:
  int serve(clams::AnnotateFunction annotate, const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"app", "--unix", socket().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::vector<const char*> argv;
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    return clams::run(clams::testing::test_metadata(), std::move(annotate),
                      static_cast<int>(argv.size()), argv.data());
  }

  TemporaryFolder folder_;
  ChildProcess process_;
};

/// Says that it has begun, and ends when it is asked to.
void run_until_stopped(clams::Mmif&, const clams::Parameters&, clams::RequestContext& context) {
  context.logger().warning("the app has begun");
  while (!context.stop_requested()) std::this_thread::yield();
  context.throw_if_stopped();
}

void run_forever(clams::Mmif&, const clams::Parameters&, clams::RequestContext& context) {
  context.logger().warning("the app has begun");
  while (true) std::this_thread::yield();
}

}  // namespace

TEST_CASE("a served app ends with code 0 on SIGTERM", "[cli]") {
  ServedApp app{clams::testing::add_labelled_frame};
  HttpClient client{app.socket()};
  client.send(http_request("POST", "/", kEmptyMmif));
  REQUIRE(client.receive().status == 200);

  app.process().signal(SIGTERM);

  CHECK(app.process().wait().exit_code == 0);
  CHECK_FALSE(std::filesystem::exists(app.socket()));
}

TEST_CASE("logs for machines are JSON lines with the request's id", "[cli]") {
  ServedApp app{clams::testing::add_labelled_frame, {"--log-format", "json"}};
  HttpClient client{app.socket()};
  client.send(http_request("POST", "/", kEmptyMmif, "X-Request-Id: run-7\r\n"));
  REQUIRE(client.receive().status == 200);
  app.process().signal(SIGINT);

  const std::string log = app.process().wait().err;

  CHECK(log.rfind("{\"ts\":", 0) == 0);
  CHECK(log.find("\"request_id\":\"run-7\"") != std::string::npos);
}

TEST_CASE("an app serves on when nobody reads its output any more", "[cli]") {
  const TemporaryFolder folder;
  const std::string socket = (folder.path() / "s").string();
  ChildProcess process{[&] {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return 1;
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    for (const int end : ends) ::close(end);
    const std::array argv{"app", "--log-level", "debug", "--unix", socket.c_str()};
    return clams::run(clams::testing::test_metadata(), clams::testing::add_labelled_frame,
                      static_cast<int>(argv.size()), argv.data());
  }};
  while (!std::filesystem::exists(socket)) std::this_thread::yield();

  for (int i = 0; i < 2; ++i) {
    HttpClient client{std::filesystem::path{socket}};
    client.send(http_request("POST", "/", kEmptyMmif));
    CHECK(client.receive().status == 200);
  }
  process.signal(SIGTERM);

  CHECK(process.wait().exit_code == 0);
}

TEST_CASE("a request that outlasts the drain timeout is answered 503", "[cli]") {
  ServedApp app{run_until_stopped, {"--drain-timeout", "0"}};
  HttpClient client{app.socket()};
  client.send(http_request("POST", "/", kEmptyMmif));
  app.process().wait_for_stderr("the app has begun");

  app.process().signal(SIGTERM);

  CHECK(client.receive().status == 503);
  CHECK(app.process().wait().exit_code == 1);
}

TEST_CASE("who asks anew during the drain is told of it", "[cli]") {
  ServedApp app{run_until_stopped, {"--drain-timeout", "1h"}};
  HttpClient client{app.socket()};
  client.send(http_request("POST", "/", kEmptyMmif));
  app.process().wait_for_stderr("the app has begun");
  const auto status_of = [&](const std::string& request) {
    HttpClient probe{app.socket()};
    probe.send(request);
    return probe.receive().status;
  };

  app.process().signal(SIGTERM);

  while (status_of(http_request("GET", "/readyz")) == 200) continue;  // the signal is on its way
  CHECK(status_of(http_request("GET", "/readyz")) == 503);
  CHECK(status_of(http_request("GET", "/healthz")) == 200);
  CHECK(status_of(http_request("POST", "/", kEmptyMmif)) == 503);
  app.process().signal(SIGTERM);
  CHECK(client.receive().status == 503);
  CHECK(app.process().wait().exit_code == 1);
}

TEST_CASE("a second signal ends even an app that does not stop", "[cli]") {
  ServedApp app{run_forever, {"--drain-timeout", "1h"}};
  HttpClient client{app.socket()};
  client.send(http_request("POST", "/", kEmptyMmif));
  app.process().wait_for_stderr("the app has begun");
  app.process().signal(SIGTERM);
  app.process().wait_for_stderr("stopping");

  app.process().signal(SIGTERM);

  CHECK(app.process().wait().exit_code == 1);
  CHECK(client.receive().status == 503);
}
