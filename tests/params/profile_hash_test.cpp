// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/params/profile_hash.hpp>
#include <clams/util/files.hpp>
#include <clams/util/parameter_hash.hpp>

#include <filesystem>

using clams::Json;
using clams::parse_json;

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
