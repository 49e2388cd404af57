// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/params/parameter_hash.hpp>
#include <clams/util/files.hpp>
#include <clams/util/hash.hpp>

#include <filesystem>

using clams::Json;
using clams::parse_json;

TEST_CASE("parameters hash as in clams-python", "[params]") {
  const auto calls = clams::testing::recorded_calls("generate_param_hash");
  if (calls.empty()) CLAMS_SKIP("no recorded vectors");
  for (const Json& call : calls) {
    INFO(clams::write_json(call));
    CHECK(Json(clams::parameter_hash(call["args"][0])) == call["returns"]);
  }
}

TEST_CASE("the order of the parameters does not matter to the hash", "[params]") {
  CHECK(clams::parameter_hash(parse_json(R"({"b": 2, "a": "1"})")) ==
        clams::parameter_hash(parse_json(R"({"a": 1, "b": "2"})")));
  CHECK(clams::parameter_hash(Json::object()) == "d41d8cd98f00b204e9800998ecf8427e");
}

TEST_CASE("clams-python's memory profiles are found by its own hash", "[params]") {
  const std::string path = std::string{CLAMS_CONFORMANCE_DIR} + "/memory_profile.json";
  if (!std::filesystem::exists(path)) CLAMS_SKIP("no recorded profiles");
  for (const Json& profile : parse_json(clams::read_file(path))) {
    clams::RawParameters raw;
    for (const auto& [name, values] : profile["raw_parameters"].items()) {
      raw.set(name, values.get<std::vector<std::string>>());
    }
    const Json refined = parse_json(profile["file_text"].get<std::string>())["parameters"];

    CHECK(Json(clams::upstream_profile_hash(clams::Parameters{refined, raw})) == profile["hash"]);
    CHECK(Json(clams::parameter_hash(refined)) != profile["hash"]);
  }
}
