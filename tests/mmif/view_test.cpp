// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/sample.hpp"
#include "support/catch.hpp"
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/view.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/error.hpp>

using clams::AtType;
using clams::Mmif;
using clams::View;
using clams::testing::contains_text;
using clams::testing::sample;
namespace types = clams::types;

TEST_CASE("automatic ids count by type, from the highest that is there", "[mmif]") {
  Mmif mmif = sample();
  View& old_view = mmif.view("v_0");
  View& new_view = mmif.new_view();

  CHECK(old_view.add_annotation(types::kTimePoint).id() == "v_0:tp_3");
  CHECK(new_view.id() == "v_1");
  CHECK(new_view.add_annotation(types::kTimePoint).id() == "v_1:tp_1");
  CHECK(new_view.add_annotation(types::kTimePoint).id() == "v_1:tp_2");
  CHECK(new_view.add_annotation(types::kToken).id() == "v_1:to_1");
  CHECK(new_view.add_annotation(AtType("http://example.org/FooBar")).id() == "v_1:fb_1");
}

TEST_CASE("a given id gets the view's prefix unless it has one", "[mmif]") {
  Mmif mmif;
  View& view = mmif.new_view();

  CHECK(view.add_annotation(types::kToken, {}, "mine").id() == "v_0:mine");
  CHECK(view.add_annotation(types::kToken, {}, "v_0:also").id() == "v_0:also");
  CHECK(&view.at("mine") == &view.at("v_0:mine"));
}

TEST_CASE("an id that is taken is refused, and nothing is added", "[mmif]") {
  Mmif mmif;
  View& view = mmif.new_view();
  view.add_annotation(types::kToken, {}, "x");

  CHECK_THROWS_WITH(view.add_annotation(types::kToken, {}, "x"),
                    contains_text("already exists") && contains_text("v_0:x"));
  CHECK(view.annotation_count() == 1);
}

TEST_CASE("adding an annotation registers its type, once", "[mmif]") {
  Mmif mmif;
  View& view = mmif.new_view();
  view.add_contains(types::kTimeFrame, {{"timeUnit", "seconds"}});

  view.add_annotation(types::kTimeFrame);
  view.add_annotation(types::kToken);

  CHECK(view.contains().size() == 2);
  CHECK(view.contains(types::kTimeFrame));
  CHECK(view.annotations()[0].at("timeUnit") == "seconds");
}

TEST_CASE("annotations are found by type and by properties, own or of their type", "[mmif]") {
  const Mmif mmif = sample();
  const View& view = mmif.view("v_0");

  CHECK(view.annotations(types::kTimePoint).size() == 2);
  CHECK(view.annotations(types::kTimePoint, {{"timePoint", 2000.0}}).size() == 1);
  CHECK(view.annotations(types::kTimePoint, {{"document", "d1"}}).size() == 2);
  CHECK(view.annotations(types::kTimeFrame, {{"label", "slate"}}).size() == 1);
  CHECK(view.annotations(types::kTimeFrame, {{"frameType", "chyron"}}).empty());
  CHECK(view.annotations(types::kToken).empty());
}

TEST_CASE("an older version of a type is found by the vocabulary's constant", "[mmif]") {
  Mmif mmif;
  View& view = mmif.new_view();
  view.add_annotation(AtType("http://mmif.clams.ai/vocabulary/TimeFrame/v1"));

  CHECK(view.contains(types::kTimeFrame));
  CHECK(view.annotations(types::kTimeFrame).size() == 1);
  CHECK(view.annotations(AtType("http://clams.ai/vocabulary/type/TimeFrame/v3")).empty());
}

TEST_CASE("errors and warnings of a view are read as they were set", "[mmif]") {
  Mmif mmif;
  View& failed = mmif.new_view();
  View& warned = mmif.new_view();

  failed.set_error("no luck", "trace");
  warned.set_warnings({"careful"});

  CHECK(failed.has_error());
  CHECK(failed.error()->message == "no luck");
  CHECK(mmif.last_error()->stack_trace == "trace");
  CHECK(warned.warnings() == std::vector<std::string>{"careful"});
  CHECK(mmif.views_with_error() == std::vector<View*>{&failed});
  CHECK(mmif.last_contentful_view() == nullptr);
}

TEST_CASE("an annotation that is not there is reported by view and id", "[mmif]") {
  const Mmif mmif = sample();

  CHECK(mmif.view("v_0").find("nope") == nullptr);
  CHECK_THROWS_WITH(mmif.view("v_0").at("nope"), contains_text("v_0") && contains_text("'nope'"));
}

TEST_CASE("views are removed with all that is in them", "[mmif]") {
  Mmif mmif = sample();
  mmif.new_view();

  mmif.remove_views([](const View& view) { return view.is_from_input(); });

  REQUIRE(mmif.views().size() == 1);
  CHECK(mmif.views()[0].id() == "v_1");
  CHECK(mmif.find("v_0:tp_1") == nullptr);
}
