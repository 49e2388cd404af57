// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/route_call.hpp>
#include <clams/serve/route_table.hpp>
#include <clams/util/error.hpp>

using clams::http::Request;
using clams::http::Response;
using clams::http::Route;
using clams::http::RouteCall;
using clams::http::RouteTable;

namespace {

Route route(const std::string& method, const std::string& path) {
  return {.method = method, .path = path, .handler = [](const Request&, RouteCall&) {
            return Response{};
          }};
}

}  // namespace

TEST_CASE("a route is found by method and path, the longest path first", "[serve]") {
  RouteTable table;
  table.add(route("GET", "/v1/models")).add(route("GET", "/v1/*")).add(route("POST", "/v1/x.y"));

  CHECK(table.find("GET", "/v1/models")->path == "/v1/models");
  CHECK(table.find("HEAD", "/v1/models")->path == "/v1/models");
  CHECK(table.find("GET", "/v1/models/tiny")->path == "/v1/*");
  CHECK(table.find("POST", "/v1/x.y") != nullptr);
  CHECK(table.find("POST", "/v1/xzy") == nullptr);
  CHECK(table.find("GET", "/v1/") == nullptr);
  CHECK(table.find("GET", "/v2") == nullptr);
  CHECK(table.methods("/v1/x.y") == "GET, HEAD, OPTIONS, POST");
  CHECK(table.methods("/v2").empty());
}

TEST_CASE("a route for any method takes what the others leave, and names no method", "[serve]") {
  RouteTable table;
  table.add(route("*", "/v1/all/*")).add(route("POST", "/v1/all/audio")).add(route("GET", "/v1/*"));

  CHECK(table.find("POST", "/v1/all/audio")->method == "POST");
  CHECK(table.find("GET", "/v1/all/audio")->path == "/v1/*");
  CHECK(table.find("PATCH", "/v1/all/audio")->method == "*");
  CHECK(table.find("PATCH", "/v1/models") == nullptr);
  CHECK(table.methods("/v1/all/audio") == "GET, HEAD, OPTIONS, POST");
  CHECK(table.has("/v1/models"));
  CHECK_FALSE(table.has("/v2"));
}

TEST_CASE("a route that could not be served is refused when it is added", "[serve]") {
  RouteTable table;
  table.add(route("GET", "/a"));

  for (const std::string path :
       {"", "a", "/", "/metrics", "/models/unload", "/a b", "/a//b", "/a*", "/*/a", "/a?b", "/a"}) {
    CAPTURE(path);
    CHECK_THROWS_AS(table.add(route("GET", path)), clams::Error);
  }
  CHECK_THROWS_AS(table.add(route("PATCH", "/b")), clams::Error);
  CHECK_THROWS_AS(table.add({.method = "GET", .path = "/b", .handler = {}}), clams::Error);
  CHECK(table.routes().size() == 1);
}
