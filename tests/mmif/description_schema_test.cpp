// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/mmif/description_schema.hpp>

#include <fstream>

using clams::DescriptionKind;
using clams::Json;

namespace {

/// What Python's tool printed for `describe --help-schema NAME`; null where it is not recorded.
Json recorded_schema(const std::string& name) {
  std::ifstream file(std::string{CLAMS_CONFORMANCE_DIR} + "/cli.jsonl");
  for (std::string line; std::getline(file, line);) {
    if (line.find("\"" + name + "\"") == std::string::npos) continue;
    const Json call = clams::parse_json(line);
    if (call["argv"] != Json::array({"describe", "--help-schema", name})) continue;
    return clams::parse_json(call["expect"]["stdout"].get<std::string>());
  }
  return nullptr;
}

}  // namespace

TEST_CASE("the schema of a file's description is the recorded one", "[mmif]") {
  const Json recorded = recorded_schema("mmif-file");
  if (recorded.is_null()) CLAMS_SKIP("no recordings");

  CHECK(clams::equal_values(clams::description_schema(DescriptionKind::file), recorded));
}

TEST_CASE("the schema of a folder's description names its fields", "[mmif]") {
  const Json schema = clams::description_schema(DescriptionKind::folder);

  CHECK(schema["title"] == "CollectionMmifDesc");
  CHECK(schema["required"] == Json::array({"mmifCountByStatus", "workflows"}));
  CHECK(schema["$defs"]["MmifCountByStatus"]["properties"]["withErrors"]["type"] == "integer");
  CHECK(
      schema["$defs"]["AppProfilingStats"]["properties"]["avgRunningTimeMS"]["default"].is_null());
}
