// SPDX-License-Identifier: Apache-2.0
#include "app/support/app_fixture.hpp"
#include "support/catch.hpp"
#include <clams/app/app_metadata.hpp>
#include <clams/app/metadata_json.hpp>

using clams::AppMetadata;
using clams::AtType;
using clams::Json;
using clams::metadata_json;
using clams::metadata_text;
using clams::testing::small_metadata;
using clams::operator""_MiB;
namespace types = clams::types;

TEST_CASE("the metadata of a small app has the required fields and no others", "[app]") {
  AppMetadata metadata = small_metadata();
  metadata.app_version = "v1";

  CHECK(metadata_text(metadata) ==
        R"({"name":"Test","description":"An app for tests.","app_version":"v1",)"
        R"("mmif_version":"1.2.0","app_license":"Apache-2.0","identifier":"test",)"
        R"("url":"https://example.org/test"})");
}

TEST_CASE("metadata is UTF-8 and tight, or indented by two blanks", "[app]") {
  AppMetadata metadata = small_metadata();
  metadata.name = "café 你好";

  CHECK(metadata_text(metadata).starts_with(R"({"name":"café 你好","description":)"));
  CHECK(metadata_text(metadata, clams::JsonLayout::pretty)
            .starts_with("{\n  \"name\": \"café 你好\",\n  \"description\": "));
}

TEST_CASE("all fields stand in their fixed order", "[app]") {
  AppMetadata metadata = small_metadata();
  metadata.analyzer_version = "1";
  metadata.analyzer_versions = {{"tiny", "a"}};
  metadata.analyzer_license = "MIT";
  metadata.dependencies = {"libfoo"};
  metadata.est_gpu_mem_min = 1500_MiB;
  metadata.est_gpu_mem_typ = 6000_MiB;
  metadata.add_input(types::kTextDocument);
  metadata.add_output(types::kTimeFrame);
  metadata.add_parameter({.name = "p", .description = "d"});
  metadata.add_app_tag("Tag");
  metadata.add_more("note", "text");

  const Json shown = metadata_json(metadata);
  std::vector<std::string> fields;
  for (const auto& [field, value] : shown.items()) fields.push_back(field);

  CHECK(fields == std::vector<std::string>{"name", "description", "app_version", "mmif_version",
                                           "analyzer_version", "analyzer_versions", "app_license",
                                           "analyzer_license", "identifier", "url", "input",
                                           "output", "parameters", "dependencies", "more",
                                           "app_tags", "est_gpu_mem_min", "est_gpu_mem_typ"});
}

TEST_CASE("inputs say whether they are required, one-of groups are lists", "[app]") {
  AppMetadata metadata = small_metadata();
  metadata.add_input(AtType{"http://example.org/A"}, {{"label", "*"}}).description = "why";
  metadata.add_optional_input(AtType{"http://example.org/B"});
  metadata.add_input_one_of({AtType{"http://example.org/C"}, AtType{"http://example.org/D"}});

  CHECK(clams::write_json(metadata_json(metadata)["input"]) ==
        R"([{"@type": "http://example.org/A", "description": "why", "properties": )"
        R"({"label": "*"}, "required": true}, {"@type": "http://example.org/B", )"
        R"("required": false}, [{"@type": "http://example.org/C", "required": true}, )"
        R"({"@type": "http://example.org/D", "required": true}]])");
}

TEST_CASE("a one-of group of one is a plain input", "[app]") {
  AppMetadata metadata = small_metadata();
  metadata.add_input_one_of({types::kTextDocument});

  CHECK(metadata_json(metadata)["input"][0].is_object());
}

TEST_CASE("outputs say what all of them have", "[app]") {
  AppMetadata metadata = small_metadata();
  metadata.add_output(types::kTimeFrame, {{"timeUnit", "milliseconds"}}).description = "bars";

  const Json output = metadata_json(metadata)["output"][0];

  CHECK(output["@type"] == "http://clams.ai/vocabulary/type/TimeFrame/v6");
  CHECK(output["properties"] == Json::object({{"timeUnit", "milliseconds"}}));
  CHECK(output["description"] == "bars");
}

TEST_CASE("a tag stands once, however often it is added", "[app]") {
  AppMetadata metadata = small_metadata();
  for (const char* tag : {"a", "b", "a"}) metadata.add_app_tag(tag);

  CHECK(metadata.app_tags == std::vector<std::string>{"a", "b"});
}

TEST_CASE("memory is shown in whole MiB, and not at all if none is stated", "[app]") {
  AppMetadata metadata = small_metadata();
  metadata.est_gpu_mem_min = clams::Bytes{1};

  const Json shown = metadata_json(metadata);

  CHECK(shown["est_gpu_mem_min"] == 1);
  CHECK_FALSE(shown.contains("est_gpu_mem_typ"));
}
