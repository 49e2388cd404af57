// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/sample.hpp"
#include "support/catch.hpp"
#include <clams/mmif/annotation.hpp>
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/error.hpp>

using clams::Annotation;
using clams::Mmif;
using clams::View;
using clams::testing::contains_text;
using clams::testing::sample;
namespace types = clams::types;

TEST_CASE("an annotation's own value goes before that of its type", "[mmif]") {
  Mmif mmif = sample();
  Annotation& frame = mmif.at("v_0:tf_1");
  CHECK(frame.at("label") == "slate");

  frame.set("label", "chyron");

  CHECK(frame.at("label") == "chyron");
  CHECK(frame.at("frameType") == "chyron");
  CHECK(frame.at("timeUnit") == "milliseconds");
}

TEST_CASE("an alias is stored under its canonical name", "[mmif]") {
  Mmif mmif;
  Annotation& frame = mmif.new_view().add_annotation(types::kTimeFrame, {{"frameType", "bars"}});

  CHECK(frame.properties() == clams::Json{{"label", "bars"}});
  frame.set("frameType", "slate");
  CHECK(frame.properties() == clams::Json{{"label", "slate"}});
}

TEST_CASE("start and end of an annotation with targets come from the targets", "[mmif]") {
  const Mmif mmif = sample();
  const Annotation& frame = mmif.at("v_0:tf_1");

  CHECK(frame.get<int>("start") == 1000);
  CHECK(frame.get<int>("end") == 2000);
  CHECK(frame.find_stated("start") == nullptr);
}

TEST_CASE("a property is read as a C++ value, or not at all", "[mmif]") {
  const Mmif mmif = sample();
  const Annotation& point = mmif.at("v_0:tp_1");

  CHECK(point.get<double>("weight") == 100.0);
  CHECK(point.get<std::string>("label") == std::nullopt);
  CHECK(point.get_or<std::string>("label", "none") == "none");
  CHECK(point.get<std::string>("id") == "v_0:tp_1");
  CHECK_THROWS_WITH(point.get<std::string>("weight"),
                    contains_text("'weight'") && contains_text("v_0:tp_1"));
  CHECK_THROWS_WITH(point.at("label"), contains_text("no property 'label'"));
}

TEST_CASE("alignments lead to the other end, from both ends", "[mmif]") {
  Mmif mmif = sample();
  View& view = mmif.new_view();
  clams::Document& text = view.add_text_document("hello");
  Annotation& alignment = view.add_alignment(mmif.at("v_0:tf_1"), text);

  const auto of_frame = mmif.at("v_0:tf_1").alignments();
  REQUIRE(of_frame.size() == 1);
  CHECK(of_frame[0].first == &alignment);
  CHECK(of_frame[0].second == &text);
  REQUIRE(text.alignments().size() == 1);
  CHECK(text.alignments()[0].second == &mmif.at("v_0:tf_1"));
  CHECK(mmif.at("v_0:tp_1").alignments().empty());
}

TEST_CASE("the id of an annotation stays", "[mmif]") {
  Mmif mmif = sample();

  CHECK_THROWS_AS(mmif.at("v_0:tp_1").set("id", "other"), clams::Error);
}
