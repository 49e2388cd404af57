// SPDX-License-Identifier: Apache-2.0
// The code that docs/guides/http.md quotes.
#include "support/catch.hpp"
#include "support/http_client.hpp"
#include "support/test_app.hpp"
#include <clams/serve/mount.hpp>
#include <clams/serve/route_call.hpp>
#include <clams/serve/server.hpp>

#include <httplib.h>

#include <string>

TEST_CASE("the server of the HTTP guide answers", "[serve]") {
  const auto made =
      clams::make_app(clams::testing::test_metadata(), clams::testing::add_labelled_frame);
  clams::ClamsApp& app = *made;
  int status = 0;
  const auto fetch = [&status](const std::string& url) {
    const int port = std::stoi(url.substr(url.rfind(':') + 1));
    status = clams::testing::ask(port, "GET", "/").status;
  };

  clams::AppRunner runner{app};
  clams::http::Server server{runner, {.port = 0, .service = {.workers = 2}}};
  server.start();  // answers from now on, in threads of its own

  fetch(server.url());
  server.stop();

  CHECK(status == 200);
}

TEST_CASE("the app of the HTTP guide is mounted", "[serve]") {
  const auto made =
      clams::make_app(clams::testing::test_metadata(), clams::testing::add_labelled_frame);
  clams::ClamsApp& app = *made;

  httplib::Server mine;
  clams::AppRunner runner{app};
  clams::http::mount(mine, runner, {}, "/apps/hello");

  CHECK(mine.is_valid());
}

TEST_CASE("the route of the HTTP guide answers", "[serve]") {
  const auto made =
      clams::make_app(clams::testing::test_metadata(), clams::testing::add_labelled_frame);
  clams::AppRunner runner{*made};

  clams::http::RouteTable routes;
  routes.add({.method = "POST",
              .path = "/v1/label",
              .handler = [](const clams::http::Request& request, clams::http::RouteCall& call) {
                clams::RawParameters parameters;
                parameters.add("word", request.body);
                std::string label;
                call.run(parameters,
                         [&](const clams::Parameters& checked, clams::RequestContext& context) {
                           context.throw_if_stopped();
                           label = checked.get<std::string>("word");
                         });
                return clams::http::Response{.content_type = "text/plain", .body = label};
              }});
  clams::http::Server server{runner, {.port = 0}, routes};
  server.start();

  CHECK(clams::testing::ask(server.port(), "POST", "/v1/label", "hi").body == "hi");
  server.stop();
}
