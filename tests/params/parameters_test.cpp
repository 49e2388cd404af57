// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/params/casting.hpp>
#include <clams/params/parameters.hpp>
#include <clams/util/error.hpp>

using clams::Parameters;
using clams::parse_json;
using clams::testing::contains_text;

namespace {

Parameters sample() {
  return Parameters{parse_json(R"({"text": "x", "count": 300, "ratio": 1.5, "flag": true,
      "words": ["a", "b"], "counts": [1, 2], "pairs": {"z": "1", "a": "2"}})")};
}

}  // namespace

TEST_CASE("values are read as the C++ type that is asked for", "[params]") {
  const Parameters parameters = sample();

  CHECK(parameters.get<std::string>("text") == "x");
  CHECK(parameters.get<int>("count") == 300);
  CHECK(parameters.get<std::int64_t>("count") == 300);
  CHECK(parameters.get<double>("ratio") == 1.5);
  CHECK(parameters.get<float>("ratio") == 1.5F);
  CHECK(parameters.get<bool>("flag"));
  CHECK(parameters.get<std::vector<std::string>>("words") == std::vector<std::string>{"a", "b"});
  CHECK(parameters.get<std::vector<int>>("counts") == std::vector{1, 2});
}

TEST_CASE("a map is read sorted or in the caller's order", "[params]") {
  using Sorted = std::map<std::string, std::string>;
  using Ordered = std::vector<std::pair<std::string, std::string>>;

  CHECK(sample().get<Sorted>("pairs") == Sorted{{"a", "2"}, {"z", "1"}});
  CHECK(sample().get<Ordered>("pairs") == Ordered{{"z", "1"}, {"a", "2"}});
}

TEST_CASE("an integer that does not fit is refused, not cut", "[params]") {
  const Parameters large{clams::Json{
      {"n", clams::cast_parameter(clams::ParameterType::integer, "99999999999999999999")}}};

  CHECK_THROWS_WITH(sample().get<std::int8_t>("count"),
                    contains_text("\"count\" is out of range: 300"));
  CHECK_THROWS_WITH(large.get<std::int64_t>("n"),
                    contains_text("out of range: 99999999999999999999"));
  CHECK(clams::write_json(large.to_json()) == R"({"n": 99999999999999999999})");
}

TEST_CASE("reading a value as another type is the app's mistake, and says so", "[params]") {
  try {
    (void)sample().get<int>("text");
    FAIL("a text was read as an integer");
  } catch (const clams::Error& error) {
    CHECK(error.code() == clams::ErrorCode::app_failure);
    CHECK(std::string{error.what()} ==
          "the app reads parameter \"text\" as an integer, but its value is 'x'");
  }
  CHECK_THROWS_AS(sample().get<bool>("count"), clams::Error);
  CHECK_THROWS_AS(sample().get<double>("text"), clams::Error);
  CHECK_THROWS_AS(sample().get<std::string>("count"), clams::Error);
  CHECK_THROWS_AS(sample().get<std::vector<int>>("count"), clams::Error);
}

TEST_CASE("a name that was not declared is told from one that was", "[params]") {
  CHECK(sample().contains("text"));
  CHECK_FALSE(sample().contains("Text"));
  CHECK_THROWS_WITH(sample().get<int>("Text"), "the app declares no parameter \"Text\"");
  CHECK(Parameters{}.names().empty());
}
