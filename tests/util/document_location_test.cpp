// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/util/document_location.hpp>
#include <clams/util/error.hpp>
#include <clams/util/uri.hpp>

using clams::parse_document_location;

TEST_CASE("locations are understood as mmif-python does, paths percent-decoded", "[util]") {
  const auto calls = clams::testing::recorded_calls("document_location");
  if (calls.empty()) CLAMS_SKIP("no recorded vectors");
  for (const auto& call : calls) {
    INFO(clams::write_json(call));
    const std::string text = call["args"][0].get<std::string>();
    if (call.contains("raises")) {
      CHECK_THROWS_WITH(parse_document_location(text),
                        clams::testing::contains_text(call["message"].get<std::string>()));
      continue;
    }
    const auto& expected = call["returns"];
    const auto location = parse_document_location(text);
    CHECK(clams::Json(location.uri) == expected["location"]);
    CHECK(clams::Json(location.scheme) == expected["scheme"]);
    CHECK(clams::Json(location.address) == expected["address"]);
    CHECK(clams::Json(location.url_path) == expected["path_literal"]);
    CHECK(location.file_path.has_value() == expected["path"].is_string());
    // WIRE section 17, row 14: upstream leaves the path encoded.
    if (location.file_path) CHECK(*location.file_path == clams::percent_decode(location.url_path));
  }
}

TEST_CASE("a file's path can be opened as it comes out", "[util]") {
  CHECK(parse_document_location("/a/b c.mp4").file_path == "/a/b c.mp4");
  CHECK(parse_document_location("/50%20off.mp4").file_path == "/50%20off.mp4");
  CHECK(parse_document_location("file:///a%20b.mp4").file_path == "/a b.mp4");
  CHECK(parse_document_location("file://host/x").file_path == "/x");
}

TEST_CASE("plain paths become tidy file URIs", "[util]") {
  CHECK(parse_document_location("/a//b/./c/").uri == "file:///a/b/c");
  CHECK(parse_document_location("//a/b").uri == "file:////a/b");
  CHECK(parse_document_location("///a").uri == "file:///a");
  CHECK(parse_document_location("/").uri == "file:///");
  CHECK(parse_document_location("//").uri == "file:////");
  CHECK(parse_document_location("/x?y#z").uri == "file:///x%3Fy%23z");
  CHECK(parse_document_location("/a/../b").uri == "file:///a/../b");
}

TEST_CASE("an empty or relative location is the client's mistake", "[util]") {
  for (const char* text : {"", "a/b", "?q", "x y:z"}) {
    try {
      (void)parse_document_location(text);
      FAIL("accepted " << text);
    } catch (const clams::Error& error) {
      CHECK(error.code() == clams::ErrorCode::invalid_input);
    }
  }
}
