// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/app/reasoning_trace.hpp>

using clams::Json;
using clams::ReasonedAnswer;
using clams::split_tagged_reasoning_trace;

TEST_CASE("reasoning is split off as clams-python does it", "[app]") {
  const auto calls = clams::testing::recorded_calls("split_tagged_reasoning_trace");
  if (calls.empty()) CLAMS_SKIP("the recorded calls are not beside the checkout");

  for (const Json& call : calls) {
    INFO(clams::write_json(call));
    const auto text = call["args"][0].get<std::string>();
    const auto [answer, trace] =
        split_tagged_reasoning_trace(text, {.assume_open = call["args"][1].get<bool>()});
    CHECK(Json::array({answer, trace ? Json(*trace) : Json()}) == call["returns"]);
  }
}

TEST_CASE("white space around answer and trace is dropped, of any script", "[app]") {
  CHECK(split_tagged_reasoning_trace("<think>\u3000 why\n</think>\u00a0 so \t") ==
        ReasonedAnswer{"so", "why"});
  CHECK(split_tagged_reasoning_trace("<think> </think>") == ReasonedAnswer{"", ""});
}

TEST_CASE("the last closing tag and the first opening one count", "[app]") {
  CHECK(split_tagged_reasoning_trace("<think>a<think>b</think>c</think>d") ==
        ReasonedAnswer{"d", "a<think>b</think>c"});
  CHECK(split_tagged_reasoning_trace("a</think><think>b") ==
        ReasonedAnswer{"<think>b", std::nullopt});
}

TEST_CASE("a text that begins within the reasoning has all before the closing tag", "[app]") {
  CHECK(split_tagged_reasoning_trace(" a </think> b ", {.assume_open = true}) ==
        ReasonedAnswer{"b", "a"});
  CHECK(split_tagged_reasoning_trace("x<think>", {.assume_open = true}) ==
        ReasonedAnswer{"", "x<think>"});
}

TEST_CASE("a model may have tags of its own", "[app]") {
  CHECK(split_tagged_reasoning_trace("[a]x[/a]y", {.open = "[a]", .close = "[/a]"}) ==
        ReasonedAnswer{"y", "x"});
}
