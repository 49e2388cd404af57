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

const std::string kApp = "http://apps.clams.ai/swt/v8";

Json summary_with(const std::vector<Json>& annotations) {
  return clams::summarize(mmif_of({view("v_0", signature("swt/v8", "01"), annotations)}), 0);
}

Json frame(const char* id, const Json& start, const Json& end, const char* label) {
  return element(types::kTimeFrame, id, {{"start", start}, {"end", end}, {"label", label}});
}

}  // namespace

TEST_CASE("labelled time frames are listed by app in order of time", "[mmif]") {
  const Json frames =
      summary_with({frame("v_0:tf_1", 500, 900, "slate"), frame("v_0:tf_2", 0, 100, "bars"),
                    element(types::kTimeFrame, "v_0:tf_3", {{"start", 1}})});

  REQUIRE(frames["timeframes"][kApp].size() == 2);
  CHECK(frames["timeframes"][kApp][0] == Json{{"identifier", "v_0:tf_2"},
                                              {"label", "bars"},
                                              {"score", nullptr},
                                              {"start-time", 0},
                                              {"end-time", 100},
                                              {"representatives", Json::array()}});
}

TEST_CASE("a frame made of points takes its times from them", "[mmif]") {
  Json annotations = Json::array();
  for (int i = 1; i <= 3; ++i) {
    annotations.push_back(
        element(types::kTimePoint, "v_0:tp_" + std::to_string(i), {{"timePoint", i * 1000}}));
  }
  annotations.push_back(element(types::kTimeFrame, "v_0:tf_1",
                                {{"label", "slate"},
                                 {"classification", {{"slate", 0.9}, {"bars", 0.1}}},
                                 {"targets", {"v_0:tp_1", "v_0:tp_2", "v_0:tp_3"}},
                                 {"representatives", {"v_0:tp_2", "v_0:nowhere"}}}));

  const Json summary = summary_with(annotations)["timeframes"][kApp][0];

  CHECK(summary["start-time"] == 1000);
  CHECK(summary["end-time"] == 3000);
  CHECK(summary["score"] == 0.9);
  CHECK(summary["representatives"] == Json::array({2000}));
}

TEST_CASE("statistics tell number, duration, first and longest by label", "[mmif]") {
  const Json stats =
      summary_with({frame("v_0:tf_1", 500, 905, "slate"), frame("v_0:tf_2", 0, 100, "slate"),
                    frame("v_0:tf_3", 2000, 2405, "slate")})["timeframe_stats"];

  CHECK(stats[kApp]["slate"] ==
        Json{{"count", 3}, {"duration", 910}, {"average", 303}, {"first", 0}, {"longest", 500}});
}

TEST_CASE("averages of fractions are rounded down to a whole fraction", "[mmif]") {
  const Json stats = summary_with({frame("v_0:tf_1", 0.5, 3, "x")})["timeframe_stats"];

  CHECK(clams::write_json(stats[kApp]["x"]["average"]) == "2.0");
  CHECK(stats[kApp]["x"]["duration"] == 2.5);
}

TEST_CASE("a frame without times is listed without times", "[mmif]") {
  const Json summary =
      summary_with({element(types::kTimeFrame, "v_0:tf_1", {{"label", "x"}}),
                    element(types::kTimeFrame, "v_0:tf_2", {{"label", "x"}, {"start", "soon"}})});

  CHECK(summary["timeframes"][kApp][0]["start-time"].is_null());
  CHECK(summary["timeframe_stats"][kApp]["x"]["duration"] == 0);
}
