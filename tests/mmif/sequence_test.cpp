// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/mmif/sequence.hpp>
#include <clams/util/error.hpp>

using clams::IndexInterval;
using clams::Json;
using clams::smooth_outlying_short_intervals;

namespace {

Json call_smooth(const Json& args) {
  const auto scores = args[0].get<std::vector<double>>();
  Json intervals = Json::array();
  for (const auto& [begin, end] : smooth_outlying_short_intervals(
           scores, {.min_positive = args[1], .min_negative = args[2], .min_score = args[3]})) {
    intervals.push_back(Json::array({begin, end}));
  }
  return intervals;
}

}  // namespace

TEST_CASE("scores are smoothed as recorded", "[mmif]") {
  const auto calls = clams::testing::recorded_calls("smooth_outlying_short_intervals");
  if (calls.empty()) CLAMS_SKIP("no recordings");

  for (const Json& call : calls) {
    INFO(call["id"]);
    if (call.contains("raises")) {
      CHECK_THROWS_AS(call_smooth(call["args"]), clams::Error);
    } else {
      CHECK(call_smooth(call["args"]) == call["returns"]);
    }
  }
}

TEST_CASE("short gaps are filled, but not at the ends of the list", "[mmif]") {
  const std::vector<double> scores{0, 1, 0, 1, 0};

  const auto intervals = smooth_outlying_short_intervals(scores, {.min_negative = 2});

  CHECK(intervals == std::vector{IndexInterval{1, 4}});
}

TEST_CASE("short positive runs are dropped at the ends of the list too", "[mmif]") {
  const std::vector<double> scores{1, 0, 0, 1, 1, 0, 0, 1};

  const auto intervals = smooth_outlying_short_intervals(scores, {.min_positive = 2});

  CHECK(intervals == std::vector{IndexInterval{3, 5}});
}

TEST_CASE("a score at the threshold is positive", "[mmif]") {
  const std::vector<double> scores{0.5};

  CHECK(smooth_outlying_short_intervals(scores, {.min_score = 0.5}).size() == 1);
}
