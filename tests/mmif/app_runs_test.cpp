// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/builder.hpp"
#include "support/catch.hpp"
#include <clams/mmif/app_runs.hpp>

#include <utility>

using clams::Json;
using clams::Mmif;
using clams::View;
using clams::testing::kNone;
using clams::testing::mmif_of;
using clams::testing::signature;
using clams::testing::view;

namespace {

std::vector<std::string> view_ids(const Mmif& mmif) {
  std::vector<std::string> ids;
  for (const View& view : mmif.views()) ids.push_back(view.id());
  return ids;
}

/// Two runs of one app around a run of another, and a view that says nothing of when.
Mmif three_runs() {
  return mmif_of(
      {view("v_0", signature("b/v1", "02"), kNone), view("v_1", signature("a/v1", "02"), kNone),
       view("v_2", signature("b/v1", "02"), kNone), view("v_3", signature("b/v1", "01"), kNone),
       view("v_4", {{"app", "http://apps.clams.ai/c/v1"}, {"timestamp", ""}}, kNone)});
}

}  // namespace

TEST_CASE("views of one app with one timestamp are one run", "[mmif]") {
  const Mmif mmif = three_runs();

  const auto runs = clams::app_runs(mmif);

  REQUIRE(runs.size() == 3);
  CHECK(runs[0].front()->id() == "v_3");
  CHECK(runs[1].front()->id() == "v_1");
  REQUIRE(runs[2].size() == 2);
  CHECK(runs[2][0]->id() == "v_0");
  CHECK(runs[2][1]->id() == "v_2");
}

TEST_CASE("a run that failed is no step of the workflow", "[mmif]") {
  Json failed = signature("a/v1", "01");
  failed["error"] = {{"message", "no"}, {"stackTrace", "here"}};
  Json warned = signature("b/v1", "02");
  warned["warnings"] = {"hm"};
  const Mmif mmif = mmif_of({view("v_0", failed, kNone), view("v_1", warned, kNone),
                             view("v_2", signature("c/v1", "03"), kNone)});

  const auto runs = clams::app_runs(mmif);

  REQUIRE(runs.size() == 3);
  CHECK_FALSE(clams::is_workflow_step(runs[0]));
  CHECK_FALSE(clams::is_workflow_step(runs[1]));
  CHECK(clams::is_workflow_step(runs[2]));
}

TEST_CASE("rewinding by views removes the last ones in the file", "[mmif]") {
  Mmif mmif = three_runs();

  clams::rewind_views(mmif, 2);

  CHECK(view_ids(mmif) == std::vector<std::string>{"v_0", "v_1", "v_2"});
}

TEST_CASE("rewinding by runs removes the latest ones, wherever they stand", "[mmif]") {
  Mmif mmif = three_runs();

  clams::rewind_runs(mmif, 1);

  CHECK(view_ids(mmif) == std::vector<std::string>{"v_1", "v_3", "v_4"});
}

TEST_CASE("rewinding further than there are views removes all", "[mmif]") {
  Mmif by_views = three_runs();
  Mmif by_runs = three_runs();

  clams::rewind_views(by_views, 99);
  clams::rewind_runs(by_runs, 99);

  CHECK(by_views.views().empty());
  CHECK(view_ids(by_runs) == std::vector<std::string>{"v_4"});
}
