// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/builder.hpp"
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/mmif/workflow.hpp>

using clams::AppName;
using clams::Json;
using clams::testing::kNone;
using clams::testing::mmif_of;
using clams::testing::signature;
using clams::testing::view;

namespace {

const std::string kEmptyHash = "d41d8cd98f00b204e9800998ecf8427e";

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

}  // namespace

TEST_CASE("app URIs are split as recorded", "[mmif]") {
  const auto calls = clams::testing::recorded_calls("split_appname_appversion");
  if (calls.empty()) CLAMS_SKIP("no recordings");

  for (const Json& call : calls) {
    INFO(call["id"]);
    const AppName app = clams::split_app_uri(call["args"][0].get<std::string>());
    CHECK(Json::array({text_or_null(app.name), text_or_null(app.version)}) == call["returns"]);
  }
}

TEST_CASE("odd app URIs are split without a crash", "[mmif]") {
  CHECK(clams::split_app_uri("") == AppName{});
  CHECK(clams::split_app_uri("http://a/v1/v1") == AppName{"", "v1"});
  CHECK(clams::split_app_uri("http://a/swt/unresolvable") == AppName{"swt", std::nullopt});
  CHECK(clams::split_app_uri("//a//b/./c/") == AppName{"b", "c"});
}

TEST_CASE("a workflow id names documents, apps, versions and parameters", "[mmif]") {
  Json signed_with = signature("swt/v8", "01");
  signed_with["parameters"] = {{"b", "2"}, {"a", "1"}};

  const std::string id = clams::workflow_id(mmif_of({view("v_0", signed_with, kNone)}));

  CHECK(id == "VideoDocument-1/swt/v8/9dc867b7f2bf1e40160f90e46628512e");
}

TEST_CASE("a workflow id fills in what an app URI does not say", "[mmif]") {
  const auto mmif = mmif_of({view("v_0", signature("swt", "01"), kNone),
                             view("v_1", {{"app", "http://lonely"}, {"timestamp", "3"}}, kNone)});

  CHECK(clams::workflow_id(mmif) ==
        "VideoDocument-1/swt/unversioned/" + kEmptyHash + "/unknown/unversioned/" + kEmptyHash);
}

TEST_CASE("runs with warnings are not part of a workflow id", "[mmif]") {
  Json warned = signature("swt/v8", "01");
  warned["warnings"] = {"hm"};

  CHECK(clams::workflow_id(mmif_of({view("v_0", warned, kNone)})) == "VideoDocument-1");
}

TEST_CASE("parameters given as a list count as Python would print them", "[mmif]") {
  Json as_list = signature("swt/v8", "01");
  as_list["parameters"] = {{"a", {"x", "it's"}}};
  Json as_text = signature("swt/v8", "01");
  as_text["parameters"] = {{"a", "['x', \"it's\"]"}};

  CHECK(clams::workflow_id(mmif_of({view("v_0", as_list, kNone)})) ==
        clams::workflow_id(mmif_of({view("v_0", as_text, kNone)})));
}
