// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/error_response.hpp>
#include <clams/util/json.hpp>

using clams::Error;
using clams::ErrorCode;
using clams::http::error_response;
using clams::http::ErrorStyle;
using clams::http::http_status;

TEST_CASE("bad input is a 500 text by default, as clients of CLAMS apps expect", "[serve]") {
  const auto response =
      error_response(Error{ErrorCode::invalid_input, "no views"}, ErrorStyle::clams);

  CHECK(response.status == 500);
  CHECK(response.content_type == "text/plain; charset=utf-8");
  CHECK(response.body == "Invalid input data. See below for validation error.\n\nno views");
}

TEST_CASE("bad input is a 400 problem when strict", "[serve]") {
  const auto response =
      error_response(Error{ErrorCode::invalid_input, "no \"views\""}, ErrorStyle::problem);

  const auto problem = clams::parse_json(response.body);
  CHECK(response.status == 400);
  CHECK(response.content_type == "application/problem+json");
  CHECK(problem["title"] == "Bad Request");
  CHECK(problem["status"] == 400);
  CHECK(problem["detail"] == "no \"views\"");
}

TEST_CASE("a refusal for lack of room says when to come back", "[serve]") {
  const auto response = error_response(Error{ErrorCode::unavailable, "All workers are busy"},
                                       ErrorStyle::clams, std::chrono::seconds{7});

  CHECK(response.status == 503);
  REQUIRE(response.headers.size() == 1);
  CHECK(response.headers[0] == std::pair<std::string, std::string>{"Retry-After", "7"});
  CHECK(clams::parse_json(response.body)["message"] == "All workers are busy");
}

TEST_CASE("what went wrong inside is not told to the client", "[serve]") {
  for (const auto code : {ErrorCode::io, ErrorCode::internal, ErrorCode::app_failure}) {
    const auto response = error_response(Error{code, "open /secret/path"}, ErrorStyle::clams);

    CHECK(response.status == 500);
    CHECK(response.body == "{\"message\": \"Internal Server Error\"}\n");
  }
}

TEST_CASE("each kind of error has its status", "[serve]") {
  CHECK(http_status(ErrorCode::invalid_parameter, ErrorStyle::clams) == 500);
  CHECK(http_status(ErrorCode::invalid_parameter, ErrorStyle::problem) == 422);
  CHECK(http_status(ErrorCode::cancelled, ErrorStyle::clams) == 503);
  CHECK(http_status(ErrorCode::deadline_exceeded, ErrorStyle::clams) == 504);
  CHECK(http_status(ErrorCode::internal, ErrorStyle::problem) == 500);
}
