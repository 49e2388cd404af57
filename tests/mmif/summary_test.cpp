// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/builder.hpp"
#include "support/catch.hpp"
#include <clams/mmif/summary.hpp>
#include <clams/util/error.hpp>

using clams::Json;
using clams::testing::element;
using clams::testing::mmif_of;
using clams::testing::signature;
using clams::testing::view;
namespace types = clams::types;

namespace {

Json summary_of(const std::vector<Json>& views) { return clams::summarize(mmif_of(views), 100); }

}  // namespace

TEST_CASE("a summary lists documents with their locations", "[mmif]") {
  const Json summary = summary_of(Json::array());

  CHECK(summary["mmif_version"] == "http://mmif.clams.ai/1.2.0");
  CHECK(summary["document"]["size"] == 100);
  CHECK(summary["documents"] ==
        Json::array({{{"id", "d1"}, {"type", "VideoDocument"}, {"location", "file:///a.mp4"}}}));
  CHECK(summary["entities"] == Json::array());
}

TEST_CASE("a summary tells what the first note says of the video", "[mmif]") {
  const Json note = element(types::kAnnotation, "v_0:an_1",
                            {{"document", "d1"}, {"fps", 25}, {"duration", 3723456}});

  const Json summary = summary_of({view("v_0", signature("swt/v8", "01"), {note})});

  CHECK(summary["document"]["fps"] == 25);
  CHECK(summary["document"]["duration_ts"] == "1:02:03");
  CHECK(summary["annotations"]["v_0"][0]["duration"] == 3723456);
}

TEST_CASE("what a view states for a type is told of its notes", "[mmif]") {
  const std::string type = clams::AtType{types::kAnnotation}.uri();
  Json metadata = signature("swt/v8", "01");
  metadata["contains"] = {{type, {{"document", "d1"}, {"kind", "stated"}}}};
  const Json note = element(types::kAnnotation, "v_0:an_1", {{"kind", "own"}});

  const Json summary = summary_of({view("v_0", metadata, {note})});

  CHECK(summary["annotations"]["v_0"][0] ==
        Json{{"id", "v_0:an_1"}, {"kind", "own"}, {"document", "d1"}});
}

TEST_CASE("views are summarized with counts, warnings and errors", "[mmif]") {
  Json warned = signature("a/v1", "01");
  warned["warnings"] = {"hm"};
  Json failed = {{"app", "http://apps.clams.ai/b/v1"}};
  failed["error"] = {{"message", "no"}, {"stackTrace", "here"}};
  const Json frame = element(types::kTimeFrame, "v_2:tf_1", {{"start", 0}, {"end", 1}});

  const Json views =
      summary_of({view("v_0", warned, Json::array()), view("v_1", failed, Json::array()),
                  view("v_2", signature("c/v1", "02"), {frame})})["views"];

  CHECK(views[0]["warnings"] == Json::array({"hm"}));
  CHECK(views[1]["error"]["message"] == "no");
  CHECK(views[1]["timestamp"].is_null());
  CHECK(views[2]["annotation_count"] == 1);
  CHECK(views[2]["annotation_types"] == Json{{"TimeFrame", 1}});
}

TEST_CASE("two videos in one document cannot be summarized", "[mmif]") {
  auto mmif = mmif_of(Json::array());
  mmif.add_document(types::kVideoDocument, "file:///b.mp4");

  CHECK_THROWS_WITH(clams::summarize(mmif, 0),
                    clams::testing::contains_text("more than one video document"));
}
