// SPDX-License-Identifier: Apache-2.0
// Most annotations are checked in one go; those that are written unusually, step by step. Both must
// come to the same.
#include "support/catch.hpp"
#include <clams/mmif/mmif.hpp>
#include <clams/util/error.hpp>

#include <optional>
#include <string>

namespace {

const std::string kUsualKey = "@type";
const std::string kUnusualKey = "\\u0040type";  // the same, but not at a glance

std::string mmif_with(const std::string& key, const std::string& rest) {
  return R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0"}, "documents": [], "views": [)"
         R"({"id": "v_0", "metadata": {"app": "http://apps.clams.ai/x/v1", "contains": {}}, )"
         R"("annotations": [{")" +
         key + "\": " + rest + "}]}]}";
}

/// What is wrong with it, without the place in the text; nothing if it is an MMIF.
std::optional<std::string> problem_of(const std::string& text) {
  try {
    static_cast<void>(clams::Mmif::parse(text));
    return std::nullopt;
  } catch (const clams::Error& error) {
    const std::string what = error.what();
    return what.substr(0, what.find(": line "));
  }
}

}  // namespace

TEST_CASE("an annotation is taken or refused however it is written", "[mmif]") {
  const std::string rest =
      R"("http://mmif.clams.ai/vocabulary/TimeFrame/v6", "properties": {"id": "v_0:tf_1", )"
      R"("label": "x", "targets": [], "classification": {"a": 0.5}})";
  REQUIRE_FALSE(problem_of(mmif_with(kUsualKey, rest)));
  REQUIRE_FALSE(problem_of(mmif_with(kUnusualKey, rest)));

  for (std::size_t at = 0; at < rest.size(); ++at) {
    for (const char byte : std::string("\"\\{}[],: 1x\n\xC3")) {
      std::string changed = rest;
      changed[at] = byte;
      const auto usual = problem_of(mmif_with(kUsualKey, changed));
      if (usual != problem_of(mmif_with(kUnusualKey, changed))) FAIL_CHECK(changed);
    }
  }
}

TEST_CASE("an annotation needs a type, properties and an id, whatever their order", "[mmif]") {
  const auto with = [](const std::string& annotation) {
    std::string text = mmif_with(kUsualKey, "1");
    return text.replace(text.find("{\"@type\": 1}"), 12, annotation);
  };

  CHECK_FALSE(problem_of(with(R"({"properties": {"id": "a"}, "@type": "Span"})")));
  CHECK(problem_of(with(R"({"@type": "Span"})")) ==
        "'properties' is a required property (at /views/0/annotations/0)");
  CHECK(problem_of(with(R"({"properties": {"id": "a"}})")) ==
        "'@type' is a required property (at /views/0/annotations/0)");
  CHECK(problem_of(with(R"({"@type": "Span", "properties": {}})")) ==
        "'id' is a required property (at /views/0/annotations/0/properties)");
  CHECK(problem_of(with(R"({"@type": "ftp://x/y", "properties": {"id": "a"}})")) ==
        "'ftp://x/y' is neither a plain name nor an http(s) URL (at /views/0/annotations/0)");
}

TEST_CASE("an escaped key is the key that it means", "[mmif]") {
  const std::string rest = R"("Span", "properties": {"\u0069d": "v_0:s_1"})";

  clams::Mmif mmif = clams::Mmif::parse(mmif_with(kUsualKey, rest));

  CHECK(mmif.find("v_0:s_1") != nullptr);
}

TEST_CASE("of two values with one name the last counts", "[mmif]") {
  for (const std::string& key : {kUsualKey, kUnusualKey}) {
    clams::Mmif mmif = clams::Mmif::parse(mmif_with(
        key, R"("Span", "properties": {"id": "v_0:s_1", "n": 1, "id": "v_0:s_2", "n": 2})"));

    CHECK(mmif.find("v_0:s_1") == nullptr);
    CHECK(mmif.at("v_0:s_2").get<int>("n") == 2);
    CHECK(problem_of(mmif_with(key, R"("Span", "properties": {"id": "a"}, "properties": {})")) ==
          "'id' is a required property (at /views/0/annotations/0/properties)");
  }
}

TEST_CASE("an id is known by its letters, however they are written", "[mmif]") {
  clams::Mmif mmif = clams::Mmif::parse(
      mmif_with(kUsualKey, R"("Span", "properties": {"id": "v_0:\u00e9\"", "n": 1})"));

  CHECK(mmif.at("v_0:\u00e9\"").id() == "v_0:\u00e9\"");
  CHECK(mmif.at("v_0:\u00e9\"").properties().size() == 1);
}

TEST_CASE("a text that others hold is read without a copy and written as it was", "[mmif]") {
  const auto text = std::make_shared<const std::string>(
      mmif_with(kUsualKey, R"("Span",  "properties": {"id": "v_0:s_1", "n": 1.50})"));

  CHECK(clams::Mmif::parse(text).serialize() == *text);
}
