// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/http_client.hpp"
#include "support/test_app.hpp"
#include <clams/serve/server.hpp>

#include <chrono>
#include <condition_variable>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

using clams::http::Server;
using clams::http::ServerOptions;
using clams::http::StopResult;
using clams::testing::add_labelled_frame;
using clams::testing::ask;
using clams::testing::http_request;
using clams::testing::HttpClient;
using clams::testing::kEmptyMmif;
using clams::testing::TestRunner;
using namespace std::chrono_literals;

namespace {

/// An app that begins and then waits until it is told to go on, or to stop.
struct HeldApp {
  std::latch begun{1};
  std::latch may_end{1};
  TestRunner test{[this](auto& mmif, const auto& parameters, auto& context) {
    begun.count_down();
    may_end.wait();
    add_labelled_frame(mmif, parameters, context);
  }};
};

/// An app that ends only when it is asked to stop.
struct StoppableApp {
  std::latch begun{1};
  std::latch stopped{1};
  TestRunner test{[this](auto&, const auto&, auto& context) {
    begun.count_down();
    std::mutex mutex;
    std::unique_lock lock{mutex};
    std::condition_variable_any{}.wait(lock, context.stop_token(), [] { return false; });
    stopped.count_down();
    context.throw_if_stopped();
  }};
};

ServerOptions one_worker(std::size_t queue_limit) {
  return {.port = 0, .service = {.workers = 1, .queue_limit = queue_limit}};
}

}  // namespace

TEST_CASE("probes are answered while all workers are busy", "[serve]") {
  HeldApp app;
  Server server{app.test.runner, one_worker(1)};
  server.start();
  HttpClient busy{server.port()};
  busy.send(http_request("POST", "/", kEmptyMmif));
  app.begun.wait();

  CHECK(ask(server.port(), "GET", "/healthz").status == 200);
  CHECK(ask(server.port(), "GET", "/readyz").status == 200);
  CHECK(ask(server.port(), "GET", "/").status == 200);
  const auto metrics = ask(server.port(), "GET", "/metrics").body;
  CHECK(metrics.find("clams_requests_running 1") != std::string::npos);
  app.may_end.count_down();
  CHECK(busy.receive().status == 200);
}

TEST_CASE("a request that finds the line full is refused at once", "[serve]") {
  HeldApp app;
  Server server{app.test.runner, one_worker(0)};
  server.start();
  HttpClient busy{server.port()};
  busy.send(http_request("POST", "/", kEmptyMmif));
  app.begun.wait();

  const auto refused = ask(server.port(), "POST", "/", kEmptyMmif);

  CHECK(refused.status == 503);
  CHECK(refused.headers.at("retry-after") == "5");
  CHECK(refused.body.find("retry later") != std::string::npos);
  app.may_end.count_down();
  CHECK(busy.receive().status == 200);
}

TEST_CASE("the app is told when its client has left", "[serve]") {
  StoppableApp app;
  Server server{app.test.runner, one_worker(1)};
  server.start();
  std::optional<HttpClient> client{std::in_place, server.port()};
  client->send(http_request("POST", "/", kEmptyMmif));
  app.begun.wait();

  client.reset();

  app.stopped.wait();  // a server that does not notice hangs here, and the test times out
  SUCCEED();
}

TEST_CASE("a request whose client leaves while it waits is out of the line within a second",
          "[serve]") {
  HeldApp app;
  Server server{app.test.runner, one_worker(1)};
  server.start();
  HttpClient running{server.port()};
  running.send(http_request("POST", "/", kEmptyMmif));
  app.begun.wait();
  std::optional<HttpClient> waiting{std::in_place, server.port()};
  waiting->send(http_request("POST", "/", kEmptyMmif));
  while (server.service().waiting() == 0) std::this_thread::yield();

  const auto left = std::chrono::steady_clock::now();
  waiting.reset();
  while (server.service().waiting() != 0) std::this_thread::yield();

  CHECK(std::chrono::steady_clock::now() - left < std::chrono::seconds{1});
  app.may_end.count_down();
  CHECK(running.receive().status == 200);
}

TEST_CASE("stopping lets the running request end and refuses the waiting one", "[serve]") {
  HeldApp app;
  Server server{app.test.runner, one_worker(1)};
  server.start();
  HttpClient running{server.port()};
  running.send(http_request("POST", "/", kEmptyMmif));
  app.begun.wait();
  HttpClient waiting{server.port()};
  waiting.send(http_request("POST", "/", kEmptyMmif));
  while (server.service().waiting() == 0) std::this_thread::yield();

  StopResult result = StopResult::cut_off;
  std::thread stopper{[&] { result = server.stop(); }};
  const auto refused = waiting.receive();
  app.may_end.count_down();

  CHECK(refused.status == 503);
  CHECK(running.receive().status == 200);
  stopper.join();
  CHECK(result == StopResult::drained);
}

TEST_CASE("a request that outlasts the drain is asked to stop and answered 503", "[serve]") {
  StoppableApp app;
  auto options = one_worker(1);
  options.drain_timeout = 0ms;
  Server server{app.test.runner, options};
  server.start();
  HttpClient running{server.port()};
  running.send(http_request("POST", "/", kEmptyMmif));
  app.begun.wait();

  CHECK(server.stop() == StopResult::cut_off);

  CHECK(running.receive().status == 503);
}

TEST_CASE("a stop that is in a hurry does not wait for the drain timeout", "[serve]") {
  StoppableApp app;
  Server server{app.test.runner, one_worker(1)};
  server.start();
  HttpClient running{server.port()};
  running.send(http_request("POST", "/", kEmptyMmif));
  app.begun.wait();
  StopResult result = StopResult::drained;
  std::thread stopper{[&] { result = server.stop(); }};

  server.hurry();

  stopper.join();
  CHECK(result == StopResult::cut_off);
}

TEST_CASE("silent clients do not delay a stop", "[serve]") {
  TestRunner test;
  auto options = one_worker(1);
  options.gate.idle = 1h;
  options.drain_timeout = 1h;
  Server server{test.runner, options};
  server.start();
  HttpClient silent{server.port()};
  silent.send(http_request("GET", "/healthz"));
  REQUIRE(silent.receive().status == 200);

  CHECK(server.stop() == StopResult::drained);

  CHECK(silent.is_closed_by_server());
}

TEST_CASE("a request over its time is answered 504", "[serve]") {
  TestRunner test{[](auto&, const auto&, auto& context) {
    while (!context.stop_requested()) std::this_thread::yield();
    context.throw_if_stopped();
  }};
  auto options = one_worker(1);
  options.service.request_timeout = 1ms;
  Server server{test.runner, options};
  server.start();

  CHECK(ask(server.port(), "POST", "/", kEmptyMmif).status == 504);
}
