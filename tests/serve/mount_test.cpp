// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/http_client.hpp"
#include "support/test_app.hpp"
#include <clams/serve/mount.hpp>
#include <clams/util/error.hpp>

#include <httplib.h>

#include <thread>

using clams::testing::ask;
using clams::testing::kEmptyMmif;
using clams::testing::TestRunner;

namespace {

/// A server of the user's own, listening until the scope is left.
class Listening {
 public:
  explicit Listening(httplib::Server& server)
      : server_(server),
        port_(server.bind_to_any_port("127.0.0.1")),
        thread_([this] { server_.listen_after_bind(); }) {
    server_.wait_until_ready();
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  Listening(Listening&&) = delete;
  Listening& operator=(Listening&&) = delete;
  ~Listening() {
    server_.stop();
    thread_.join();
  }
  [[nodiscard]] int port() const { return port_; }

 private:
  httplib::Server& server_;
  int port_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("an app is mounted beside the routes of a server that is there", "[serve]") {
  TestRunner test;
  httplib::Server server;
  server.Get("/mine", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("mine", "text/plain");
  });
  clams::http::mount(server, test.runner, {}, "/apps/test");
  const Listening listening{server};
  const int port = listening.port();

  CHECK(ask(port, "GET", "/mine").body == "mine");
  CHECK(ask(port, "GET", "/apps/test").status == 200);
  CHECK(ask(port, "GET", "/apps/test/").status == 200);
  CHECK(ask(port, "GET", "/apps/test/readyz").status == 200);
  CHECK(ask(port, "DELETE", "/apps/test").status == 405);
  CHECK(ask(port, "GET", "/").status == 404);
  const auto answer = ask(port, "POST", "/apps/test?word=x", kEmptyMmif,
                          "Content-Type: multipart/form-data; boundary=b\r\n");
  CHECK(answer.status == 200);
  CHECK(answer.body.find("\"label\": \"x\"") != std::string::npos);
}

TEST_CASE("an app is mounted at the root", "[serve]") {
  TestRunner test;
  httplib::Server server;
  clams::http::mount(server, test.runner);
  const Listening listening{server};

  CHECK(ask(listening.port(), "PUT", "/", kEmptyMmif).status == 200);
  CHECK(ask(listening.port(), "GET", "/runtime").status == 200);
  CHECK(ask(listening.port(), "GET", "/gpu-status").status == 200);
}

TEST_CASE("a prefix that is no plain path is refused", "[serve]") {
  TestRunner test;
  httplib::Server server;

  for (const std::string prefix : {"apps", "/apps/", "/", "/a.*", "/a b"}) {
    CAPTURE(prefix);
    CHECK_THROWS_AS(clams::http::mount(server, test.runner, {}, prefix), clams::Error);
  }
}
