// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/sample.hpp"
#include "support/catch.hpp"
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/error.hpp>

using clams::Annotation;
using clams::Mmif;
using clams::TimeUnit;
using clams::View;
using clams::testing::contains_text;
using clams::testing::sample;
namespace types = clams::types;

namespace {

View& add_view(Mmif& mmif, const char* app) {
  View& view = mmif.new_view();
  view.set_app(app);
  return view;
}

std::vector<std::string> ids(const std::vector<Annotation*>& annotations) {
  std::vector<std::string> result;
  for (const Annotation* annotation : annotations) result.push_back(annotation->id());
  return result;
}

}  // namespace

TEST_CASE("documents are found by type, app, property and place", "[mmif]") {
  Mmif mmif = sample();
  View& view = add_view(mmif, "http://apps.clams.ai/asr/v1");
  clams::Document& text = view.add_text_document("hello");
  text.set_mime("text/plain");

  CHECK(mmif.documents(types::kVideoDocument).size() == 1);
  CHECK(mmif.documents_in_view(view.id()) == std::vector<clams::Document*>{&text});
  CHECK(mmif.documents_in_view("nope").empty());
  CHECK(mmif.documents_by_app("http://apps.clams.ai/asr/v1").size() == 1);
  CHECK(mmif.documents_with("mime", "text/plain") == std::vector<clams::Document*>{&text});
  CHECK(mmif.document_locations(types::kVideoDocument) ==
        std::vector<std::string>{"file:///data/a%20b.mp4"});
  CHECK(mmif.document_locations(types::kTextDocument).empty());
}

TEST_CASE("views are found by all the types they contain", "[mmif]") {
  Mmif mmif = sample();
  View& first = mmif.view("v_0");
  View& second = add_view(mmif, "http://apps.clams.ai/x/v1");
  second.add_contains(types::kTimeFrame);

  CHECK(mmif.views_containing(types::kTimeFrame) == std::vector<View*>{&first, &second});
  CHECK(mmif.views_containing({types::kTimeFrame, types::kTimePoint}) ==
        std::vector<View*>{&first});
  CHECK(mmif.last_view_containing({types::kTimeFrame}) == &second);
  CHECK(mmif.last_view_containing({types::kToken}) == nullptr);
  CHECK(mmif.views_containing_uri("http://clams.ai/vocabulary/type/TimeFrame/v6").size() == 2);
  CHECK(mmif.views_containing_uri("TimeFrame").empty());
}

TEST_CASE("views about a document state it for an annotation or for a type", "[mmif]") {
  Mmif mmif = sample();
  View& own = add_view(mmif, "http://apps.clams.ai/x/v1");
  own.add_annotation(types::kToken, {{"document", "d2"}});
  View& declared_only = add_view(mmif, "http://apps.clams.ai/y/v1");
  declared_only.add_contains(types::kToken, {{"document", "d2"}});

  CHECK(mmif.views_for_document("d1") == std::vector<View*>{&mmif.view("v_0")});
  CHECK(mmif.views_for_document("d2") == std::vector<View*>{&own});
}

TEST_CASE("an id leads to a document, a view or an annotation", "[mmif]") {
  const Mmif mmif = sample();

  CHECK(mmif.at("d1").is(types::kVideoDocument));
  CHECK(mmif.at("v_0:tf_1").parent() == &mmif.view("v_0"));
  CHECK(mmif.find("v_0:nope") == nullptr);
  CHECK(mmif.find("v_9:tf_1") == nullptr);
  CHECK_THROWS_WITH(mmif.at("nope"), contains_text("'nope'"));
  CHECK_THROWS_WITH(mmif.view("v_9"), contains_text("'v_9'"));
}

TEST_CASE("new views count on from the number of views, past ids that are taken", "[mmif]") {
  Mmif mmif = sample();
  mmif.add_document(types::kTextDocument, "", "", "v_1");

  CHECK(mmif.new_view_id() == "v_2");
  CHECK(mmif.new_view().id() == "v_2");
  CHECK_THROWS_WITH(mmif.add_document(types::kTextDocument, "", "", "v_0"), contains_text("'v_0'"));
}

TEST_CASE("alignments are found by the two types they join, in either order", "[mmif]") {
  Mmif mmif = sample();
  View& view = add_view(mmif, "http://apps.clams.ai/asr/v1");
  Annotation& token = view.add_annotation(types::kToken);
  Annotation& alignment = view.add_alignment(mmif.at("v_0:tf_1"), token);
  view.add_alignment(mmif.at("d1"), token);

  const auto found = mmif.alignments(types::kToken, types::kTimeFrame);

  REQUIRE(found.size() == 1);
  CHECK(found[0].first == &view);
  CHECK(found[0].second == std::vector<Annotation*>{&alignment});
  CHECK(mmif.alignments(types::kToken, types::kBoundingBox).empty());
  CHECK_THROWS_AS(mmif.alignments(types::kToken, types::kToken), clams::Error);
}

TEST_CASE("anchors are followed through targets and converted to the unit asked for", "[mmif]") {
  Mmif mmif = sample();
  View& view = add_view(mmif, "http://apps.clams.ai/x/v1");
  Annotation& chapter = view.add_annotation(types::kChapter, {{"targets", {"v_0:tf_1"}}});

  CHECK(mmif.start_of(chapter) == 1000);
  CHECK(mmif.end_of(mmif.at("v_0:tf_1"), TimeUnit::seconds) == 2.0);
  CHECK(mmif.start_of(mmif.at("v_0:tp_1"), TimeUnit::iso) == "00:00:01.000");
  CHECK_THROWS_WITH(mmif.start_of(mmif.at("d1")), contains_text("d1 has no anchor"));
}

TEST_CASE("a changed anchor is seen at once", "[mmif]") {
  Mmif mmif = sample();
  REQUIRE(mmif.end_of(mmif.at("v_0:tf_1")) == 2000);

  mmif.at("v_0:tp_2").set("timePoint", 5000);

  CHECK(mmif.end_of(mmif.at("v_0:tf_1")) == 5000);
}

TEST_CASE("annotations in a span of time come in its order, each with what it is aligned to",
          "[mmif]") {
  Mmif mmif = sample();
  View& view = add_view(mmif, "http://apps.clams.ai/x/v1");
  view.add_contains(types::kTimeFrame, {{"timeUnit", "seconds"}});
  Annotation& early = view.add_annotation(types::kTimeFrame, {{"start", 0.5}, {"end", 1.5}});
  Annotation& token = view.add_annotation(types::kToken);
  view.add_alignment(early, token);

  CHECK(ids(mmif.annotations_between(0.1, 1.2, TimeUnit::seconds)) ==
        std::vector<std::string>{"v_1:tf_1", "v_1:a_1", "v_1:to_1", "v_0:tp_1", "v_0:tf_1"});
  CHECK(ids(mmif.annotations_between(100, 1200, TimeUnit::milliseconds, {types::kToken})) ==
        std::vector<std::string>{"v_1:to_1"});
  CHECK(mmif.annotations_between(10'000, 20'000).empty());
  CHECK_THROWS_AS(mmif.annotations_between(2, 1), clams::Error);
}

TEST_CASE("a view of time frames that states no time unit is reported", "[mmif]") {
  Mmif mmif = sample();
  add_view(mmif, "http://apps.clams.ai/x/v1").add_annotation(types::kTimeFrame);

  CHECK_THROWS_WITH(mmif.annotations_between(0, 1000), contains_text("v_1 states no timeUnit"));
}
