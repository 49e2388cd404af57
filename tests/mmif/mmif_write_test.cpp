// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/sample.hpp"
#include "support/catch.hpp"
#include <clams/mmif/mmif.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/error.hpp>

#include <limits>

using clams::Json;
using clams::Mmif;
using clams::MmifLayout;
using clams::View;
using clams::testing::contains_text;
using clams::testing::sample;
using clams::testing::sample_text;
namespace types = clams::types;

namespace {

View& signed_view(Mmif& mmif) {
  View& view = mmif.new_view();
  view.set_app("http://apps.clams.ai/mine/v1");
  return view;
}

/// The last view as written.
Json last_view(const Mmif& mmif, clams::UnusedContains unused = clams::UnusedContains::keep) {
  return clams::parse_json(mmif.serialize(MmifLayout::compact, unused))["views"].back();
}

}  // namespace

TEST_CASE("an MMIF that nobody touches is written letter by letter", "[mmif]") {
  CHECK(sample().serialize() == sample_text());
  CHECK(sample().serialize(MmifLayout::compact) == sample_text());
}

TEST_CASE("asking for annotations does not count as touching them", "[mmif]") {
  Mmif mmif = sample();

  for (const clams::Annotation& annotation : mmif.views()[0].annotations()) {
    static_cast<void>(annotation.find("label"));
  }

  CHECK(mmif.serialize() == sample_text());
}

TEST_CASE("pretty text is compact again when asked, with the spelling of its numbers", "[mmif]") {
  const std::string pretty = sample().serialize(MmifLayout::pretty);

  CHECK_THAT(pretty, contains_text("\n  \"documents\": [\n    {\n"));
  CHECK(Mmif::parse(pretty).serialize(MmifLayout::compact) == sample_text());
  CHECK_THAT(pretty, contains_text("\"weight\": 1e2"));
}

TEST_CASE("the views of pretty input keep their white space unless a layout is asked for",
          "[mmif]") {
  const std::string pretty = sample().serialize(MmifLayout::pretty);
  const std::string view =
      pretty.substr(pretty.find("{\n      \"id\": \"v_0\""), std::string::npos);

  const std::string written = Mmif::parse(pretty).serialize();

  CHECK_THAT(written, contains_text(view.substr(0, view.rfind("\n  ]"))));
}

TEST_CASE("an empty MMIF is of the newest specification", "[mmif]") {
  CHECK(Mmif().serialize() ==
        R"({"metadata": {"mmif": "http://mmif.clams.ai/1.2.0"}, "documents": [], "views": []})");
}

TEST_CASE("a new document has mime, text, id and location last, in this order", "[mmif]") {
  Mmif mmif;
  clams::Document& document =
      mmif.add_document(types::kVideoDocument, "/data/a b.mp4", "video/mp4");
  document.set("list", Json::parse(R"([{"k": 1}])"));

  CHECK(
      clams::write_json(clams::parse_json(mmif.serialize())["documents"]) ==
      R"([{"@type": "http://clams.ai/vocabulary/type/VideoDocument/v2", "properties": )"
      R"({"list": [{"k": 1}], "mime": "video/mp4", "id": "d1", "location": "file:///data/a%20b.mp4"}}])");
}

TEST_CASE("fields of view metadata have their order, whatever the order of setting", "[mmif]") {
  Mmif mmif;
  View& view = mmif.new_view();
  view.set_timestamp("2026-01-02T03:04:05Z");
  view.set_metadata("parameters", {{"a", "b"}});
  view.set_app("http://apps.clams.ai/mine/v1");
  view.set_metadata("appTags", {"Tag"});
  view.set_metadata("appConfiguration", Json::object());

  CHECK(clams::write_json(last_view(mmif)["metadata"]) ==
        R"({"appTags": ["Tag"], "timestamp": "2026-01-02T03:04:05Z", )"
        R"("app": "http://apps.clams.ai/mine/v1", "contains": {}, "parameters": {"a": "b"}})");
}

TEST_CASE("a property that all annotations of a type share moves to contains", "[mmif]") {
  Mmif mmif = sample();
  View& view = signed_view(mmif);
  view.add_annotation(types::kTimeFrame, {{"start", 0}, {"label", "x"}, {"n", 1}, {"end", 9}});
  view.add_annotation(types::kTimeFrame, {{"start", 0}, {"label", "x"}, {"n", 1.0}, {"end", 9}});
  view.add_annotation(types::kToken, {{"text", "lonely"}});

  const Json written = last_view(mmif);

  const Json& contains = written["metadata"]["contains"];
  CHECK(contains["http://clams.ai/vocabulary/type/TimeFrame/v6"] == Json{{"label", "x"}, {"n", 1}});
  CHECK(contains["http://clams.ai/vocabulary/type/Token/v1"] == Json::object());
  CHECK(clams::write_json(written["annotations"][0]["properties"]) ==
        R"({"start": 0, "end": 9, "id": "v_1:tf_1"})");
  CHECK(view.annotations()[0].get<std::string>("label") == "x");
}

TEST_CASE("types without annotations leave contains only when asked to", "[mmif]") {
  Mmif mmif;
  View& view = signed_view(mmif);
  view.add_contains(types::kBoundingBox);
  view.add_annotation(types::kToken);

  CHECK(last_view(mmif)["metadata"]["contains"].size() == 2);
  CHECK(last_view(mmif, clams::UnusedContains::drop)["metadata"]["contains"].size() == 1);
}

TEST_CASE("properties without a value are not written", "[mmif]") {
  Mmif mmif;
  View& view = signed_view(mmif);
  view.add_annotation(types::kTimeFrame,
                      {{"note", nullptr}, {"empty", ""}, {"list", Json::array()}});
  view.add_text_document("", "");

  const Json written = last_view(mmif);

  CHECK(clams::write_json(written["annotations"][0]["properties"]) ==
        R"({"empty": "", "list": [], "id": "v_0:tf_1"})");
  CHECK(clams::write_json(written["annotations"][1]["properties"]) == R"({"id": "v_0:td_1"})");
}

TEST_CASE("of a changed input view only what was changed is written anew", "[mmif]") {
  Mmif mmif = sample();

  mmif.at("v_0:tp_2").set("label", "S");

  std::string expected = sample_text();
  const std::string before = R"({"id": "v_0:tp_2", "timePoint": 2000})";
  expected.replace(expected.find(before), before.size(),
                   R"({"timePoint": 2000, "label": "S", "id": "v_0:tp_2"})");
  CHECK(mmif.serialize() == expected);
}

TEST_CASE("a view that its app did not sign is reported by name", "[mmif]") {
  Mmif mmif = sample();
  mmif.new_view().add_annotation(types::kToken);

  CHECK_THROWS_WITH(mmif.check_new_views(), contains_text("v_1") && contains_text("'app'"));
}

TEST_CASE("a value that is not a number is never written", "[mmif]") {
  Mmif mmif;
  signed_view(mmif).add_annotation(types::kToken,
                                   {{"score", std::numeric_limits<double>::quiet_NaN()}});

  CHECK_THROWS_AS(mmif.serialize(), clams::Error);
}

TEST_CASE("an error view has no annotations and no contains", "[mmif]") {
  Mmif mmif;
  View& view = signed_view(mmif);
  view.add_annotation(types::kToken);

  view.set_error("no luck", "here");

  CHECK(clams::write_json(last_view(mmif)) ==
        R"({"id": "v_0", "metadata": {"app": "http://apps.clams.ai/mine/v1", )"
        R"("error": {"message": "no luck", "stackTrace": "here"}}, "annotations": []})");
}
