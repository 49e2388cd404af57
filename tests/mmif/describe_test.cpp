// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/builder.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include <clams/mmif/describe.hpp>
#include <clams/util/error.hpp>

#include <fstream>

using clams::Json;
using clams::testing::element;
using clams::testing::kNone;
using clams::testing::mmif_of;
using clams::testing::signature;
using clams::testing::text_of;
using clams::testing::view;
namespace types = clams::types;

namespace {

Json frames(int count) {
  Json annotations = Json::array();
  for (int i = 0; i < count; ++i) {
    annotations.push_back(
        element(types::kTimeFrame, "tf_" + std::to_string(i), {{"start", i}, {"end", i + 1}}));
  }
  return annotations;
}

Json signature_with_time(const std::string& app, const std::string& running_time) {
  Json metadata = signature(app, "01");
  metadata["appProfiling"] = {{"runningTime", running_time}};
  metadata["appConfiguration"] = {{"threshold", 0.5}};
  return metadata;
}

Json failed() {
  Json metadata = signature("bad/v1", "09");
  metadata["error"] = {{"message", "no"}, {"stackTrace", "here"}};
  return metadata;
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("a description counts annotations by run and in all", "[mmif]") {
  const std::string type = clams::AtType{types::kTimeFrame}.uri();

  const Json described = clams::describe(
      mmif_of({view("v_0", signature_with_time("a/v1", "0:00:01.500000"), frames(2)),
               view("v_1", signature("a/v1", "01"), frames(1)),
               view("v_2", signature("b/v1", "02"), kNone)}));

  CHECK(described["stats"]["appCount"] == 2);
  CHECK(described["stats"]["annotationCountByType"] == Json{{type, 3}, {"total", 3}});
  CHECK(described["stats"]["emptyViews"] == Json::array({"v_2"}));
  CHECK(described["apps"][0]["viewIds"] == Json::array({"v_0", "v_1"}));
  CHECK(described["apps"][0]["appProfiling"]["runningTimeMS"] == 1500);
  CHECK(described["apps"][0]["appConfiguration"] == Json{{"threshold", 0.5}});
  CHECK(described["apps"][1]["annotationCountByType"] == Json::object());
}

TEST_CASE("views of no successful run are listed by what is wrong with them", "[mmif]") {
  Json warned = signature("c/v1", "08");
  warned["warnings"] = {"hm"};

  const Json described =
      clams::describe(mmif_of({view("v_0", failed(), kNone), view("v_1", warned, kNone),
                               view("v_2", {{"app", "http://apps.clams.ai/d/v1"}}, frames(1)),
                               view("v_3", {{"app", "http://apps.clams.ai/d/v1"}}, kNone)}));

  CHECK(described["stats"]["errorViews"] == Json::array({"v_0"}));
  CHECK(described["stats"]["warningViews"] == Json::array({"v_1"}));
  CHECK(described["stats"]["emptyViews"] == Json::array({"v_3"}));
  REQUIRE(described["apps"].size() == 1);
  CHECK(described["apps"][0]["app"] == "http://apps.clams.ai/non-existing-app/v1");
  CHECK(described["apps"][0]["viewIds"] == Json::array({"v_2", "v_3"}));
}

TEST_CASE("an unreadable running time is described as unknown", "[mmif]") {
  const Json described =
      clams::describe(mmif_of({view("v_0", signature_with_time("a/v1", "soon"), kNone)}));

  CHECK(described["apps"][0]["appProfiling"]["runningTimeMS"].is_null());
}

TEST_CASE("a folder is described by its workflows and what their runs took", "[mmif]") {
  const clams::testing::TemporaryFolder folder;
  const auto timed = [](const char* time) {
    return text_of({view("v_0", signature_with_time("a/v1", time), frames(2))});
  };
  write(folder.path() / "one.mmif", timed("0:00:01"));
  write(folder.path() / "two.mmif", timed("0:00:03"));

  const Json described = clams::describe_collection(folder.path());

  REQUIRE(described["workflows"].size() == 1);
  const Json& workflow = described["workflows"][0];
  CHECK(workflow["mmifs"] == Json::array({"one.mmif", "two.mmif"}));
  const Json& profiling = workflow["apps"][0]["appProfiling"];
  CHECK(profiling["avgRunningTimeMS"] == 2000.0);
  CHECK(profiling["minRunningTimeMS"] == 1000.0);
  CHECK(profiling["maxRunningTimeMS"] == 3000.0);
  CHECK(profiling["stdevRunningTimeMS"].get<double>() == Approx(1414.2135623730951));
  CHECK(described["annotationCountByType"]["total"] == 4);
}

TEST_CASE("files of a folder that are broken or failed are counted as such only", "[mmif]") {
  const clams::testing::TemporaryFolder folder;
  write(folder.path() / "broken.mmif", "{");
  write(folder.path() / "failed.mmif", text_of({view("v_0", failed(), kNone)}));
  write(folder.path() / "notes.txt", "not looked at");

  const Json described = clams::describe_collection(folder.path());

  CHECK(
      described["mmifCountByStatus"] ==
      Json{
          {"total", 2}, {"successful", 0}, {"withErrors", 1}, {"withWarnings", 0}, {"invalid", 1}});
  CHECK(described["workflows"] == Json::array());
}

TEST_CASE("a folder that does not exist is named in the error", "[mmif]") {
  CHECK_THROWS_WITH(clams::describe_collection("/nonexistent/folder"),
                    clams::testing::contains_text("/nonexistent/folder"));
}
