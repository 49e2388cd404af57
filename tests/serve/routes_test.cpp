// SPDX-License-Identifier: Apache-2.0
#include "serve/support/header.hpp"
#include "support/catch.hpp"
#include "support/http_client.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/serve/mount.hpp>
#include <clams/serve/route_call.hpp>
#include <clams/serve/server.hpp>
#include <clams/util/error.hpp>
#include <clams/util/files.hpp>

#include <httplib.h>

#include <latch>
#include <thread>

using clams::testing::ask;
using clams::testing::header;
using clams::testing::HttpClient;
using clams::testing::TestRunner;
using namespace clams::http;

namespace {

Response echo(const Request& request, RouteCall& call) {
  return {.content_type = "text/plain", .body = request.body + " " + call.options().id};
}

RouteTable one_route(RouteHandler handler, const std::string& method = "POST") {
  RouteTable routes;
  routes.add({.method = method, .path = "/v1/echo", .handler = std::move(handler)});
  return routes;
}

Request post(const std::string& body = "") {
  return {.method = "POST",
          .path = "/v1/echo",
          .headers = {{"x-request-id", "r1"}, {"content-type", "text/plain"}},
          .body = body};
}

std::string all_pieces(const Response& response) {
  std::string body;
  while (const auto piece = response.next_piece()) body += *piece;
  return body;
}

RouteHandler throwing(clams::ErrorCode code) {
  return [code](const Request&, RouteCall&) -> Response { throw clams::Error{code, "told so"}; };
}

}  // namespace

TEST_CASE("an app's route is answered by its handler, with body, id and counters", "[serve]") {
  TestRunner test;
  Service service{test.runner, {}, one_route(echo)};

  const auto answer = service.answer(post("hello"));
  const std::string metrics = service.answer({.method = "GET", .path = "/metrics"}).body;

  CHECK(answer.status == 200);
  CHECK(answer.body == "hello r1");
  CHECK(header(answer, "X-Request-Id") == "r1");
  CHECK(metrics.find("clams_route_requests_total{code=\"200\",route=\"/v1/echo\"} 1") !=
        std::string::npos);
  CHECK(metrics.find("clams_queue_wait_seconds_count 1") != std::string::npos);
}

TEST_CASE("other methods of a route's path are not allowed, and the rest stays as it is",
          "[serve]") {
  TestRunner test;
  Service service{test.runner, {}, one_route(echo)};

  const auto wrong = service.answer({.method = "GET", .path = "/v1/echo"});
  const auto options = service.answer({.method = "OPTIONS", .path = "/v1/echo"});

  CHECK(wrong.status == 405);
  CHECK(header(wrong, "Allow") == "OPTIONS, POST");
  CHECK(options.status == 200);
  CHECK(service.answer({.method = "GET", .path = "/v1"}).status == 404);
  CHECK(service.answer({.method = "GET", .path = "/"}).status == 200);
}

TEST_CASE("what a handler throws is told as far as it is the client's business", "[serve]") {
  TestRunner test;
  using clams::ErrorCode;
  const auto answer = [&](ErrorCode code) {
    return Service{test.runner, {}, one_route(throwing(code))}.answer(post());
  };

  CHECK(answer(ErrorCode::invalid_input).status == 400);
  CHECK(answer(ErrorCode::invalid_parameter).status == 422);
  CHECK(answer(ErrorCode::invalid_parameter).body == "{\"message\": \"told so\"}\n");
  CHECK(answer(ErrorCode::unavailable).status == 503);
  CHECK(header(answer(ErrorCode::unavailable), "Retry-After") == "5");
  CHECK(answer(ErrorCode::io).status == 500);
  CHECK(answer(ErrorCode::io).body.find("told so") == std::string::npos);
}

TEST_CASE("a route tells every failure in its own form", "[serve]") {
  TestRunner test;
  RouteTable routes;
  routes.add({.method = "POST",
              .path = "/v1/echo",
              .handler = [](const Request&, RouteCall&) -> Response { throw 42; },
              .tell_failure =
                  [](const RouteFailure& failure) {
                    return Response{.status = failure.status, .body = "own: " + failure.message};
                  }});
  Service service{test.runner, {.max_body = clams::Bytes{10}}, routes};

  CHECK(service.answer(post()).body == "own: Internal Server Error");
  CHECK(service.answer(post(std::string(11, 'x'))).status == 413);
  CHECK(service.answer(post(std::string(11, 'x'))).body.starts_with("own: "));
  service.drain();
  CHECK(service.answer(post()).status == 503);
  CHECK(service.answer(post()).body.starts_with("own: "));
}

TEST_CASE("a route asks for the token too", "[serve]") {
  const clams::testing::TemporaryFolder folder;
  clams::write_file_atomically(folder.path() / "token", "s3cret\n");
  TestRunner test;
  Service service{test.runner, {.token_file = folder.path() / "token"}, one_route(echo)};

  auto shown = post();
  shown.headers["authorization"] = "Bearer s3cret";

  CHECK(service.answer(post()).status == 401);
  CHECK(service.answer(shown).status == 200);
}

TEST_CASE("a full line refuses a route, but not one that is answered at once", "[serve]") {
  TestRunner test;
  std::latch entered{1};
  std::latch go_on{1};
  RouteTable routes = one_route([&](const Request&, RouteCall&) {
    entered.count_down();
    go_on.wait();
    return Response{};
  });
  routes.add({.method = "GET", .path = "/quick", .handler = echo, .lane = RouteLane::at_once});
  Service service{test.runner, {.workers = 1, .queue_limit = 0}, routes};
  std::thread first{[&] { CHECK(service.answer(post()).status == 200); }};
  entered.wait();

  CHECK(service.answer(post()).status == 503);
  CHECK(service.answer({.method = "GET", .path = "/quick"}).status == 200);
  go_on.count_down();
  first.join();
}

TEST_CASE("a handler does its work with checked parameters and the app's memory", "[serve]") {
  TestRunner test;
  const auto handler = [](const Request& request, RouteCall& call) {
    std::string label;
    call.run(clams::query_parameters(request.query),
             [&](const clams::Parameters& parameters, clams::RequestContext& context) {
               label = parameters.get<std::string>("word") + context.request_id();
               CHECK(context.memory().device() == nullptr);
             });
    return Response{.body = label};
  };
  Service service{test.runner, {}, one_route(handler)};
  auto good = post();
  good.query = "word=x";
  auto bad = post();
  bad.query = "beams=2";

  CHECK(service.answer(good).body == "xr1");
  CHECK(service.answer(bad).status == 422);
}

TEST_CASE("an answer in pieces is read while it is made", "[serve]") {
  TestRunner test;
  std::latch first_read{1};
  Service service{test.runner, {}, one_route([&](const Request&, RouteCall& call) {
                    call.begin({.content_type = "text/event-stream"});
                    call.send("data: 1\n\n");
                    first_read.wait();
                    call.send("data: 2\n\n");
                    return Response{.status = 500};
                  })};

  const auto answer = service.answer(post());

  CHECK(answer.status == 200);
  CHECK(answer.content_type == "text/event-stream");
  REQUIRE(answer.next_piece);
  CHECK(answer.next_piece() == "data: 1\n\n");
  first_read.count_down();
  CHECK(all_pieces(answer) == "data: 2\n\n");
}

TEST_CASE("an answer in pieces breaks off if its handler fails, and stops when nobody reads",
          "[serve]") {
  TestRunner test;
  std::latch stopped{1};
  RouteTable routes = one_route([](const Request&, RouteCall& call) -> Response {
    call.begin({});
    throw clams::Error{clams::ErrorCode::invalid_input, "bad end"};
  });
  routes.add({.method = "GET", .path = "/endless", .handler = [&](const Request&, RouteCall& call) {
                call.begin({});
                try {
                  while (true) call.send("more");
                } catch (const clams::Error& error) {
                  CHECK(error.code() == clams::ErrorCode::cancelled);
                  CHECK(call.options().stop.stop_requested());
                  stopped.count_down();
                }
                return Response{};
              }});
  Service service{test.runner, {}, routes};

  CHECK_THROWS_AS(all_pieces(service.answer(post())), clams::Error);
  CHECK(*service.answer({.method = "GET", .path = "/endless"}).next_piece() == "more");
  stopped.wait();
}

TEST_CASE("routes work on a socket: bodies, pieces, old clients", "[serve]") {
  TestRunner test;
  RouteTable routes = one_route(echo);
  routes.add({.method = "GET",
              .path = "/pieces/*",
              .handler = [](const Request& request, RouteCall& call) {
                call.begin({.content_type = "text/event-stream"});
                call.send("data: " + request.path);
                call.send("\n\n");
                return Response{};
              }});
  Server server{test.runner, {.port = 0}, routes};
  server.start();

  const auto form = ask(server.port(), "POST", "/v1/echo", "--b--",
                        "Content-Type: multipart/form-data; boundary=b\r\nX-Request-Id: q\r\n");
  HttpClient client{server.port()};
  client.send("GET /pieces/a HTTP/1.0\r\nHost: x\r\n\r\n");
  httplib::Client modern{"127.0.0.1", server.port()};
  const auto streamed = modern.Get("/pieces/b");
  server.stop();

  CHECK(form.body == "--b-- q");
  const std::string piece = "data: /pieces/a\n\n";
  CHECK(client.receive_head().headers.at("connection") == "close");
  CHECK(client.receive_bytes(piece.size()) == piece);
  CHECK(client.is_closed_by_server());
  REQUIRE(streamed);
  CHECK(streamed->body == "data: /pieces/b\n\n");
  CHECK(streamed->get_header_value("Transfer-Encoding") == "chunked");
}

TEST_CASE("routes are mounted below the app's prefix", "[serve]") {
  TestRunner test;
  httplib::Server server;
  RouteTable routes = one_route(echo);
  routes.add({.method = "GET", .path = "/v1.0/*", .handler = echo});
  mount(server, test.runner, {}, "/apps/test", routes);
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread thread{[&] { server.listen_after_bind(); }};
  server.wait_until_ready();

  CHECK(ask(port, "POST", "/apps/test/v1/echo", "x", "X-Request-Id: q\r\n").body == "x q");
  CHECK(ask(port, "GET", "/apps/test/v1.0/a/b").status == 200);
  CHECK(ask(port, "GET", "/apps/test/v1x0/a").status == 404);
  CHECK(ask(port, "GET", "/v1/echo").status == 404);
  server.stop();
  thread.join();
}
