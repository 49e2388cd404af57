// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/util/parameter_hash.hpp>

using clams::Json;
using clams::parse_json;

TEST_CASE("parameters hash as in clams-python", "[util]") {
  const auto calls = clams::testing::recorded_calls("generate_param_hash");
  if (calls.empty()) CLAMS_SKIP("no recorded vectors");
  for (const Json& call : calls) {
    INFO(clams::write_json(call));
    CHECK(Json(clams::parameter_hash(call["args"][0])) == call["returns"]);
  }
}

TEST_CASE("the order of the parameters does not matter to the hash", "[util]") {
  CHECK(clams::parameter_hash(parse_json(R"({"b": 2, "a": "1"})")) ==
        clams::parameter_hash(parse_json(R"({"a": 1, "b": "2"})")));
  CHECK(clams::parameter_hash(Json::object()) == "d41d8cd98f00b204e9800998ecf8427e");
}
