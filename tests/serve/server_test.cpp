// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/http_client.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_app.hpp"
#include <clams/serve/server.hpp>
#include <clams/util/error.hpp>

#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using clams::http::Server;
using clams::http::StopResult;
using clams::testing::ask;
using clams::testing::http_request;
using clams::testing::HttpClient;
using clams::testing::kEmptyMmif;
using clams::testing::TestRunner;

TEST_CASE("a server finds a free port and answers there", "[serve]") {
  TestRunner test;
  Server server{test.runner, {.port = 0}};
  server.start();

  const auto answer = ask(server.port(), "POST", "/?word=x", kEmptyMmif);

  CHECK(server.url() == "http://127.0.0.1:" + std::to_string(server.port()));
  CHECK(answer.status == 200);
  CHECK(answer.headers.at("content-type") == "application/json");
  CHECK(answer.headers.count("x-request-id") == 1);
  CHECK(answer.body.find("\"label\": \"x\"") != std::string::npos);
  CHECK(ask(server.port(), "GET", "/readyz").status == 200);
}

TEST_CASE("HEAD is GET without the body", "[serve]") {
  TestRunner test;
  Server server{test.runner, {.port = 0}};
  server.start();

  const auto head = ask(server.port(), "HEAD", "/");
  const auto get = ask(server.port(), "GET", "/");

  CHECK(head.status == 200);
  CHECK(head.headers.at("content-length") == std::to_string(get.body.size()));
  CHECK(head.headers.at("content-type") == get.headers.at("content-type"));
}

TEST_CASE("made-up methods are answered 405, and 404 elsewhere", "[serve]") {
  TestRunner test;
  Server server{test.runner, {.port = 0}};
  server.start();

  for (const std::string method : {"FOO", "TRACE", "DELETE", "PATCH", "CONNECT", "get"}) {
    CAPTURE(method);
    CHECK(ask(server.port(), method, "/").status == 405);
    CHECK(ask(server.port(), method, "/nothing").status == 404);
  }
  CHECK(ask(server.port(), "OPTIONS", "/").status == 200);
  CHECK(ask(server.port(), "GET", "//").status == 200);
}

TEST_CASE("a body arrives as it was sent, whatever its headers say", "[serve]") {
  TestRunner test;
  Server server{test.runner, {.port = 0}};
  server.start();

  for (const std::string extra :
       {"Content-Type: multipart/form-data; boundary=x\r\n",
        "Content-Type: multipart/form-data\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n", "Content-Encoding: gzip\r\n",
        "Content-Type: text/plain; charset=latin-1\r\n", "Accept: ;;;\r\n", "Range: bytes=0-1\r\n",
        "Range: nonsense\r\n", "Accept-Encoding: gzip\r\n", "Expect: 100-continue\r\n"}) {
    CAPTURE(extra);
    HttpClient client{server.port()};
    client.send(http_request("POST", "/", kEmptyMmif, extra));
    auto answer = client.receive_head();
    if (answer.status == 100) answer = client.receive_head();
    CHECK(answer.status == 200);
  }
}

TEST_CASE("a large form body is taken whole", "[serve]") {
  TestRunner test;
  Server server{test.runner, {.port = 0}};
  server.start();
  std::string body = kEmptyMmif;
  body.insert(1, 200000, ' ');

  const auto answer =
      ask(server.port(), "POST", "/", body, "Content-Type: application/x-www-form-urlencoded\r\n");

  CHECK(answer.status == 200);
}

TEST_CASE("a chunked body is put together", "[serve]") {
  TestRunner test;
  Server server{test.runner, {.port = 0}};
  server.start();
  const std::string body = kEmptyMmif;
  REQUIRE(body.size() == 0x52);
  HttpClient client{server.port()};

  client.send(http_request("PUT", "/", "", "Transfer-Encoding: chunked\r\n"));
  client.send("5\r\n" + body.substr(0, 5) + "\r\n");
  client.send("4d\r\n" + body.substr(5) + "\r\n0\r\n\r\n");

  CHECK(client.receive().status == 200);
}

TEST_CASE("GET ignores its body, and POST without one has an empty body", "[serve]") {
  TestRunner test;
  Server server{test.runner, {.port = 0}};
  server.start();

  CHECK(ask(server.port(), "GET", "/", "ignored").status == 200);
  const auto empty = ask(server.port(), "POST", "/");
  CHECK(empty.status == 500);
  CHECK(empty.body.rfind("Invalid input data.", 0) == 0);
}

TEST_CASE("requests on one connection are answered in order", "[serve]") {
  TestRunner test;
  Server server{test.runner, {.port = 0}};
  server.start();
  HttpClient client{server.port()};

  client.send(http_request("POST", "/?word=one", kEmptyMmif) +
              http_request("PUT", "/?word=two", kEmptyMmif) + http_request("GET", "/healthz"));

  CHECK(client.receive().body.find("one") != std::string::npos);
  CHECK(client.receive().body.find("two") != std::string::npos);
  CHECK(client.receive().body == "ok\n");
}

TEST_CASE("a second request hidden in a first is never answered", "[serve]") {
  TestRunner test;
  Server server{test.runner, {.port = 0}};
  server.start();
  HttpClient client{server.port()};

  client.send(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");

  CHECK(client.receive().status == 400);
  CHECK(client.is_closed_by_server());
}

TEST_CASE("what is too large is refused before it is read", "[serve]") {
  TestRunner test;
  Server server{test.runner, {.port = 0, .service = {.max_body = clams::Bytes{1000}}}};
  server.start();
  HttpClient chunked{server.port()};
  chunked.send(http_request("POST", "/", "", "Transfer-Encoding: chunked\r\n") + "7d0\r\n" +
               std::string(2000, 'x') + "\r\n");
  HttpClient announced{server.port()};
  announced.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");

  CHECK(announced.receive().status == 413);
  CHECK(chunked.receive().status == 413);
  CHECK(ask(server.port(), "GET", "/?a=" + std::string(9000, 'x')).status == 414);
  CHECK(ask(server.port(), "GET", "/", "", "X: " + std::string(17000, 'x') + "\r\n").status == 431);
}

TEST_CASE("a server listens on a Unix socket that only its user can use", "[serve]") {
  const clams::testing::TemporaryFolder folder;
  const auto path = folder.path() / "app.sock";
  TestRunner test;
  {
    Server server{test.runner, {.unix_socket = path}};
    server.start();
    HttpClient client{path};
    client.send(http_request("GET", "/healthz"));

    CHECK(client.receive().status == 200);
    CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::others_all) ==
          std::filesystem::perms::none);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a socket that a killed server left is taken over, one that is served is not",
          "[serve]") {
  TestRunner test;
  const clams::testing::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "s";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  const int killed = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(killed, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(killed);
  REQUIRE(std::filesystem::exists(path));

  Server server{test.runner, {.unix_socket = path}};
  server.start();
  {
    Server second{test.runner, {.unix_socket = path}};
    CHECK_THROWS_WITH(second.start(), clams::testing::contains_text(path.string()));
  }

  HttpClient client{path};
  client.send(http_request("GET", "/healthz"));
  CHECK(client.receive().status == 200);
}

TEST_CASE("a port that is in use is an error that names it", "[serve]") {
  TestRunner test;
  Server first{test.runner, {.port = 0}};
  first.start();
  Server second{test.runner, {.port = first.port()}};

  CHECK_THROWS_WITH(second.start(), clams::testing::contains_text(std::to_string(first.port())));
}
