// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/json_depth.hpp>

#include <string>

using clams::is_deeper_than;

TEST_CASE("levels of arrays and objects are counted", "[util]") {
  const std::string deep = std::string(200, '[') + std::string(200, ']');

  CHECK_FALSE(is_deeper_than(200, deep));
  CHECK(is_deeper_than(199, deep));
  CHECK(is_deeper_than(2, R"({"a": [{"b": 1}]})"));
  CHECK_FALSE(is_deeper_than(3, R"({"a": [{"b": 1}]})"));
  CHECK_FALSE(is_deeper_than(1, "[],[],{},{}"));
  CHECK_FALSE(is_deeper_than(0, "1"));
  CHECK(is_deeper_than(200, std::string(1000000, '[')));
}

TEST_CASE("brackets in strings are text", "[util]") {
  CHECK_FALSE(is_deeper_than(1, R"(["[[[[", "{{{"])"));
  CHECK_FALSE(is_deeper_than(1, R"(["\"[[[", "\\\"[["])"));
  CHECK(is_deeper_than(1, R"(["\\", [1]])"));
  CHECK_FALSE(is_deeper_than(1, R"(["[[[ without an end)"));
  CHECK_FALSE(is_deeper_than(1, R"(["[[[ \)"));
  CHECK_FALSE(is_deeper_than(1, ""));
}
