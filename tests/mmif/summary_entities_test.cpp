// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/builder.hpp"
#include "support/catch.hpp"
#include <clams/mmif/summary.hpp>

using clams::Json;
using clams::testing::element;
using clams::testing::mmif_of;
using clams::testing::signature;
using clams::testing::view;
namespace types = clams::types;

namespace {

Json person(int n, const std::string& document) {
  return element(types::kNamedEntity, "v_1:ne_" + std::to_string(n),
                 {{"text", "Fido"}, {"category", "PERSON"}, {"document", document}});
}

/// Fido seen in a video at these times, in texts that are aligned to them.
Json entities_seen_at(const std::vector<int>& times) {
  Json texts = Json::array();
  Json people = Json::array();
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::string n = std::to_string(i);
    texts.push_back(element(types::kTimePoint, "v_0:tp_" + n, {{"timePoint", times[i]}}));
    texts.push_back(element(types::kTextDocument, "v_0:td_" + n, {{"text", {{"@value", "Fido"}}}}));
    texts.push_back(element(types::kAlignment, "v_0:a_" + n,
                            {{"source", "v_0:tp_" + n}, {"target", "v_0:td_" + n}}));
    people.push_back(person(static_cast<int>(i), "v_0:td_" + n));
  }
  const auto mmif = mmif_of({view("v_0", signature("ocr/v1", "01"), texts),
                             view("v_1", signature("ner/v1", "02"), people)});
  return clams::summarize(mmif, 0)["entities"];
}

}  // namespace

TEST_CASE("mentions of an entity are in order of time, grouped where they are close", "[mmif]") {
  const Json entities = entities_seen_at({5000, 0, 999, 1998});

  REQUIRE(entities.size() == 1);
  CHECK(entities[0]["text"] == "Fido");
  std::vector<std::pair<int, int>> times_and_groups;
  for (const Json& mention : entities[0]["instances"]) {
    times_and_groups.emplace_back(mention["time-point"].get<int>(), mention["group"].get<int>());
  }
  CHECK(times_and_groups ==
        std::vector<std::pair<int, int>>{{0, 0}, {999, 0}, {1998, 0}, {5000, 1}});
}

TEST_CASE("an entity that is nowhere in time says so", "[mmif]") {
  const auto mmif = mmif_of({view("v_1", signature("ner/v1", "01"), {person(1, "d1")})});

  const Json entities = clams::summarize(mmif, 0)["entities"];

  CHECK(entities[0]["instances"][0] == Json{{"id", "v_1:ne_1"},
                                            {"group", 0},
                                            {"cat", "PERSON"},
                                            {"document", "d1"},
                                            {"time-point", -1},
                                            {"text-offsets", {-1, -1}}});
}

TEST_CASE("an entity made of tokens has their offsets", "[mmif]") {
  const Json annotations = {
      element(types::kToken, "v_1:to_1", {{"text", "Jim"}, {"start", 3}, {"end", 6}}),
      element(types::kToken, "v_1:to_2", {{"text", "Lehrer"}, {"start", 7}, {"end", 13}}),
      element(types::kNamedEntity, "v_1:ne_1",
              {{"text", "Jim Lehrer"}, {"targets", {"v_1:to_1", "v_1:to_2"}}})};
  const auto mmif = mmif_of({view("v_1", signature("ner/v1", "01"), annotations)});

  const Json mention = clams::summarize(mmif, 0)["entities"][0]["instances"][0];

  CHECK(mention["text-offsets"] == Json::array({3, 13}));
  CHECK(mention["cat"].is_null());
}
