// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/app/envelope.hpp>
#include <clams/util/error.hpp>

using clams::open_envelope;
using clams::testing::contains_text;
using Texts = std::vector<std::string>;

TEST_CASE("a body without parameters is MMIF, whatever else it is", "[app]") {
  for (const std::string body : {R"({"metadata": {}, "views": []})", "[1, 2]", "null", "3"}) {
    const auto opened = open_envelope(body);

    CHECK(opened.mmif == body);
    CHECK(opened.parameters.empty());
  }
}

TEST_CASE("only a top-level key makes an envelope", "[app]") {
  const std::string body = R"({"views": [{"parameters": {"a": "b"}}], "mmif": {}})";

  CHECK(open_envelope(body).mmif == body);
}

TEST_CASE("the MMIF in an envelope comes out letter by letter", "[app]") {
  const auto opened =
      open_envelope(R"({"x": 1, "mmif":  { "a":1.50,"b" : "é" } , "parameters": {}})");

  CHECK(opened.mmif == R"({ "a":1.50,"b" : "é" })");
}

TEST_CASE("an envelope's parameters become texts", "[app]") {
  const auto opened =
      open_envelope(R"({"parameters": {"a": [1, true], "b": {"k": "v"}}, "mmif": {}})");

  REQUIRE(opened.parameters.size() == 2);
  CHECK(*opened.parameters.find("a") == Texts{"1", "True"});
  CHECK(*opened.parameters.find("b") == Texts{"k:v"});
}

TEST_CASE("of keys that come twice the last counts", "[app]") {
  const auto opened = open_envelope(
      R"({"parameters": {"a": "1"}, "mmif": {"n": 1}, "parameters": {"a": "2"}, "mmif": 7})");

  CHECK(*opened.parameters.find("a") == Texts{"2"});
  CHECK(opened.mmif == "7");
}

TEST_CASE("parameters that are no object are refused, before the MMIF is missed", "[app]") {
  CHECK_THROWS_WITH(open_envelope(R"({"parameters": [1]})"),
                    contains_text("\"parameters\" must be a JSON object, got list"));
}

TEST_CASE("an envelope without MMIF is refused", "[app]") {
  CHECK_THROWS_WITH(open_envelope(R"({"parameters": {}})"),
                    contains_text("Envelope is missing required \"mmif\" key"));
}

TEST_CASE("a body that is not JSON is invalid input", "[app]") {
  for (const std::string body : {"", "{", R"({"parameters": {}} x)", "\xff"}) {
    try {
      static_cast<void>(open_envelope(body));
      FAIL("accepted: " << body);
    } catch (const clams::Error& error) {
      CHECK(error.code() == clams::ErrorCode::invalid_input);
    }
  }
}

TEST_CASE("an envelope nested too deeply is refused instead of exhausting the stack", "[app]") {
  const std::string body = R"({"parameters": {}, "mmif": )" + std::string(100'000, '[');

  CHECK_THROWS_AS(open_envelope(body), clams::Error);
}
