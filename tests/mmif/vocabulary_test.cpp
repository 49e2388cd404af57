// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/mmif/at_type.hpp>
#include <clams/mmif/vocabulary.hpp>

#include <map>

using clams::AtType;
using clams::Json;
namespace types = clams::types;

namespace {

const clams::VocabularyType kAllTypes[] = {
    types::kThing,     types::kAlignment,     types::kAnnotation,   types::kBoundingBox,
    types::kChapter,   types::kInterval,      types::kNamedEntity,  types::kNounChunk,
    types::kParagraph, types::kPolygon,       types::kRegion,       types::kRelation,
    types::kSentence,  types::kSpan,          types::kTimeFrame,    types::kTimePoint,
    types::kToken,     types::kVerbChunk,     types::kVideoObject,  types::kAudioDocument,
    types::kDocument,  types::kImageDocument, types::kTextDocument, types::kVideoDocument};

/// `TimeFrame` is the constant, `TimeFrame_v1` that version and no other.
AtType named_type(const std::string& name) {
  const std::size_t mark = name.find("_v");
  for (const clams::VocabularyType& type : kAllTypes) {
    if (type.name != name.substr(0, mark)) continue;
    return mark == std::string::npos ? AtType{type}
                                     : AtType{type, std::stoi(name.substr(mark + 2))};
  }
  FAIL("no such type: " << name);
  return AtType{name};
}

void check_lookup(const AtType& type, const Json& want) {
  CHECK(Json(type.uri()) == want["str"]);
  CHECK(Json(type.short_name()) == want["shortname"]);
  CHECK(type.version() == (want["version"].is_null() ? "" : want["version"].get<std::string>()));
  CHECK(Json(type.is_document()) == want["is_document"]);
  CHECK(Json(type.reads_as_document()) == want["uri_looks_like_document"]);
  if (want["id_prefix"].is_string()) CHECK(Json(type.id_prefix()) == want["id_prefix"]);
  for (const auto& [name, equal] : want["equals"].items()) {
    INFO("compared with " << name);
    CHECK(type.matches(named_type(name)) == equal.get<bool>());
  }
}

}  // namespace

TEST_CASE("types are looked up by URI as recorded", "[mmif]") {
  const auto calls = clams::testing::recorded_calls("vocabulary_lookup");
  if (calls.empty()) CLAMS_SKIP("no recordings");

  for (const Json& call : calls) {
    INFO(call["id"]);
    check_lookup(AtType{call["args"][0].get<std::string>()}, call["returns"]);
  }
}

TEST_CASE("every recorded URI names its type and version", "[mmif]") {
  const auto calls = clams::testing::recorded_calls("vocabulary_uris");
  if (calls.empty()) CLAMS_SKIP("no recordings");

  for (const auto& [uri, name] : calls.front()["returns"].items()) {
    INFO(uri);
    const AtType type{uri};
    CHECK(Json(type.short_name() + "/" + type.version()) == name);
  }
}

TEST_CASE("types have the id prefixes of the recorded table", "[mmif]") {
  const auto calls = clams::testing::recorded_calls("vocabulary_prefixes");
  if (calls.empty()) CLAMS_SKIP("no recordings");
  const Json& prefixes = calls.front()["returns"];

  for (const clams::VocabularyType& type : kAllTypes) {
    INFO(type.name);
    CHECK(Json(AtType{type}.id_prefix()) == prefixes[type.name]);
  }
}

TEST_CASE("recorded property aliases are resolved", "[mmif]") {
  const auto calls = clams::testing::recorded_calls("vocabulary_aliases");
  if (calls.empty()) CLAMS_SKIP("no recordings");

  for (const auto& [name, properties] : calls.front()["returns"].items()) {
    for (const auto& [canonical, spellings] : properties.items()) {
      for (const Json& spelling : spellings) {
        INFO(name << " " << spelling);
        CHECK(named_type(name).canonical_property(spelling.get<std::string>()) == canonical);
      }
    }
  }
}
