// SPDX-License-Identifier: Apache-2.0
#include "serve/support/header.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/serve/service.hpp>
#include <clams/util/files.hpp>

#include <algorithm>
#include <string>

using clams::http::ErrorStyle;
using clams::http::Request;
using clams::http::Response;
using clams::http::Service;
using clams::testing::header;
using clams::testing::kEmptyMmif;
using clams::testing::TestRunner;

namespace {

Response get(Service& service, const std::string& path, const std::string& query = "") {
  return service.answer(Request{.method = "GET", .path = path, .query = query});
}

Response post_to(Service& service, const std::string& body, const std::string& query = "") {
  return service.answer(Request{.method = "POST", .path = "/", .query = query, .body = body});
}

}  // namespace

TEST_CASE("GET / describes the app", "[serve]") {
  TestRunner test;
  Service service{test.runner};

  const auto compact = get(service, "/");
  const auto pretty = get(service, "/", "pretty");

  CHECK(compact.status == 200);
  CHECK(compact.content_type == "application/json");
  CHECK(compact.body.find("\"identifier\":\"http://apps.clams.ai/test-app/v1\"") !=
        std::string::npos);
  CHECK(pretty.body.find("\n  \"identifier\": ") != std::string::npos);
}

TEST_CASE("GET / tells what runs, when asked", "[serve]") {
  TestRunner test;
  Service service{test.runner, {.workers = 3, .queue_limit = 7}};

  for (const std::string query : {"includeVRAM=true", "includeRuntime=1&pretty"}) {
    const auto metadata = clams::parse_json(get(service, "/", query).body);

    CHECK(metadata["runtime"]["gpu"]["available"] == false);
    CHECK(metadata["runtime"]["queue"]["workers"] == 3);
    CHECK(metadata["runtime"]["queue"]["limit"] == 7);
    CHECK(metadata["runtime"]["memory"]["process_bytes"] > 0);
  }
  CHECK_FALSE(clams::parse_json(get(service, "/", "includeVRAM=false").body).contains("runtime"));
}

TEST_CASE("POST and PUT annotate with the query's parameters", "[serve]") {
  TestRunner test;
  Service service{test.runner};

  const auto posted = post_to(service, kEmptyMmif, "word=a+b&word=ignored");
  const auto put = service.answer(
      Request{.method = "PUT", .path = "//", .query = "word=%63", .body = kEmptyMmif});

  CHECK(posted.status == 200);
  CHECK(posted.content_type == "application/json");
  CHECK(posted.body.find("\"label\": \"a b\"") != std::string::npos);
  CHECK(put.body.find("\"label\": \"c\"") != std::string::npos);
}

TEST_CASE("what the client got wrong is a 500 by default and a 4xx when strict", "[serve]") {
  TestRunner test;
  Service tolerant{test.runner};
  Service strict{test.runner, {.error_style = ErrorStyle::problem}};

  CHECK(post_to(tolerant, "hello").status == 500);
  CHECK(post_to(tolerant, "hello").content_type == "text/plain; charset=utf-8");
  CHECK(post_to(tolerant, kEmptyMmif, "beams=2").status == 500);
  CHECK(post_to(tolerant, kEmptyMmif, "beams=2").content_type == "application/json");
  CHECK(post_to(strict, "hello").status == 400);
  CHECK(post_to(strict, kEmptyMmif, "beams=2").status == 422);
  CHECK(post_to(strict, kEmptyMmif, "beams=2").content_type == "application/problem+json");
  CHECK(post_to(strict, kEmptyMmif, "beams=2").body.find("beams") != std::string::npos);
}

TEST_CASE("a body that is nested too deeply is refused, however deep it is", "[serve]") {
  TestRunner test;
  Service usual{test.runner, {.error_style = ErrorStyle::problem}};
  Service low{test.runner, {.max_depth = 20, .error_style = ErrorStyle::problem}};
  const auto status = [](Service& service, std::size_t levels) {
    // Two levels are around it: the MMIF and its metadata.
    const std::string nested = std::string(levels - 2, '[') + std::string(levels - 2, ']');
    const std::string body = R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0", "x": )" +
                             nested + R"(}, "documents": [], "views": []})";
    return service.answer({.method = "POST", .path = "/", .body = body});
  };

  CHECK(status(usual, 200).status == 200);
  CHECK(status(usual, 201).status == 400);
  CHECK(status(usual, 1000000).body.find("Nested deeper than 200 levels") != std::string::npos);
  CHECK(status(low, 20).status == 200);
  CHECK(status(low, 21).body.find("Nested deeper than 20 levels") != std::string::npos);
  for (const std::string open : {"[", "{\"a\":", "{\"mmif\":{\"parameters\":"}) {
    std::string body;
    for (int i = 0; i < 1000000; ++i) body += open;
    CHECK(usual.answer({.method = "POST", .path = "/", .body = std::move(body)}).status == 400);
  }
}

TEST_CASE("a body that is not UTF-8 is invalid input", "[serve]") {
  TestRunner test;
  Service service{test.runner};

  const auto response = post_to(service, "{\"metadata\": \"\xff\"}");

  CHECK(response.status == 500);
  CHECK(response.body.rfind("Invalid input data.", 0) == 0);
}

TEST_CASE("an app that throws anything at all is answered with an error view", "[serve]") {
  TestRunner test{[](auto&, const auto&, auto&) { throw 42; }};
  Service service{test.runner};

  const auto response = post_to(service, kEmptyMmif);

  CHECK(response.status == 500);
  CHECK(response.content_type == "application/json");
  CHECK(response.body.find("\"error\"") != std::string::npos);
}

TEST_CASE("other methods and paths are answered as clients expect", "[serve]") {
  TestRunner test;
  Service service{test.runner};

  const auto options = service.answer(Request{.method = "OPTIONS", .path = "/"});
  CHECK(options.status == 200);
  CHECK(header(options, "Allow") == "GET, HEAD, OPTIONS, POST, PUT");
  for (const std::string method : {"DELETE", "PATCH", "TRACE", "FOO"}) {
    const auto refused = service.answer(Request{.method = method, .path = "/"});
    CHECK(refused.status == 405);
    CHECK(header(refused, "Allow") == "GET, HEAD, OPTIONS, POST, PUT");
    CHECK(refused.body == "{\"message\": \"The method is not allowed for the requested URL.\"}\n");
    CHECK(service.answer(Request{.method = method, .path = "/none"}).status == 404);
  }
  CHECK(get(service, "/none").content_type == "text/html; charset=utf-8");
  CHECK(service.answer(Request{.method = "POST", .path = "/metrics"}).status == 405);
}

TEST_CASE("a server is ready from its start to its end, and healthy all the time", "[serve]") {
  TestRunner test;
  Service service{test.runner};

  CHECK(get(service, "/readyz").status == 503);
  service.become_ready();
  CHECK(get(service, "/readyz").status == 200);
  service.drain();
  CHECK(get(service, "/readyz").status == 503);
  CHECK(get(service, "/healthz").status == 200);
  CHECK(post_to(service, kEmptyMmif).status == 503);
  CHECK(header(post_to(service, kEmptyMmif), "Retry-After") == "5");
}

TEST_CASE("requests are counted by status", "[serve]") {
  TestRunner test;
  Service service{test.runner};
  (void)post_to(service, kEmptyMmif);
  (void)post_to(service, kEmptyMmif);
  (void)post_to(service, "hello");
  (void)get(service, "/");

  const std::string metrics = get(service, "/metrics").body;

  CHECK(metrics.find("clams_requests_total{code=\"200\"} 2") != std::string::npos);
  CHECK(metrics.find("clams_requests_total{code=\"500\"} 1") != std::string::npos);
  CHECK(metrics.find("clams_request_duration_seconds_count 3") != std::string::npos);
  CHECK(metrics.find("clams_queue_wait_seconds_count 3") != std::string::npos);
  CHECK(metrics.find("clams_queue_depth 0") != std::string::npos);
  CHECK(metrics.find("clams_build_info{app=\"http://apps.clams.ai/test-app/v1\"") !=
        std::string::npos);
}

TEST_CASE("nothing that clients say becomes a metric of its own", "[serve]") {
  TestRunner test;
  Service service{test.runner};
  const auto ask_with = [&](const std::string& word) {
    (void)post_to(service, kEmptyMmif, "word=" + word + '&' + word + "=1");
    (void)get(service, '/' + word);
    (void)service.answer({.method = word, .path = "/", .headers = {{"x-request-id", word}}});
    const std::string metrics = get(service, "/metrics").body;
    return std::count(metrics.begin(), metrics.end(), '\n');
  };

  const auto lines = ask_with("w0");

  for (int i = 1; i < 50; ++i) CHECK(ask_with("w" + std::to_string(i)) == lines);
}

TEST_CASE("the runtime report says who runs here", "[serve]") {
  TestRunner test;
  Service service{test.runner};
  service.become_ready();

  const auto report = clams::parse_json(get(service, "/runtime").body);

  CHECK(report["app"] == "Test App");
  CHECK(report["app_version"] == "v1");
  CHECK(report["state"] == "ready");
  CHECK(report["pid"] > 0);
  CHECK(report["cpu"]["cores"] > 0);
  CHECK(report["models"].empty());
}

TEST_CASE("a client's request id comes back and stands in the log", "[serve]") {
  TestRunner test;
  Service service{test.runner};

  const auto response = service.answer(Request{
      .method = "POST", .path = "/", .headers = {{"x-request-id", "run-7"}}, .body = kEmptyMmif});
  const auto forged =
      service.answer(Request{.method = "GET", .path = "/", .headers = {{"x-request-id", "a b"}}});

  CHECK(header(response, "X-Request-Id") == "run-7");
  CHECK(header(forged, "X-Request-Id") != "a b");
  CHECK(header(forged, "X-Request-Id").size() == 15);
  CHECK(test.log.text().find("[run-7] POST / 200") != std::string::npos);
}

TEST_CASE("a token is asked for everywhere but at the probes", "[serve]") {
  const clams::testing::TemporaryFolder folder;
  clams::write_file_atomically(folder.path() / "token", "s3cret\n");
  TestRunner test;
  Service service{test.runner, {.token_file = folder.path() / "token"}};

  for (const std::string path : {"/", "/metrics", "/runtime", "/none"}) {
    CHECK(get(service, path).status == 401);
    CHECK(header(get(service, path), "WWW-Authenticate") == "Bearer");
  }
  CHECK(get(service, "/healthz").status == 200);
  const auto shown = service.answer(
      Request{.method = "GET", .path = "/", .headers = {{"authorization", "Bearer s3cret"}}});
  CHECK(shown.status == 200);
}

TEST_CASE("a strict server says that it does not unpack bodies", "[serve]") {
  TestRunner test;
  Service service{test.runner, {.error_style = ErrorStyle::problem}};

  const auto response = service.answer(Request{.method = "POST",
                                               .path = "/",
                                               .headers = {{"content-encoding", "gzip"}},
                                               .body = kEmptyMmif});

  CHECK(response.status == 415);
}
