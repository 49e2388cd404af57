// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/mmif/sampling.hpp>
#include <clams/util/error.hpp>

#include <limits>

using clams::Json;
using clams::sample_timepoints;
using clams::testing::contains_text;

TEST_CASE("time points are sampled as recorded", "[mmif]") {
  const auto calls = clams::testing::recorded_calls("sample_timepoints");
  if (calls.empty()) CLAMS_SKIP("no recordings");

  for (const Json& call : calls) {
    INFO(call["id"]);
    const auto sample = [&] {
      return sample_timepoints(call["args"][0], call["args"][1], call["args"][2]);
    };
    if (call.contains("raises")) {
      CHECK_THROWS_AS(sample(), clams::Error);
    } else {
      CHECK(sample() == call["returns"].get<std::vector<std::int64_t>>());
    }
  }
}

TEST_CASE("fractional steps do not drift", "[mmif]") {
  const auto points = sample_timepoints(0, 3'600'000, 1000 / 29.97);

  CHECK(points.size() == 107'892);
  CHECK(points.back() == 3'599'967);
}

TEST_CASE("an absurd number of time points is refused", "[mmif]") {
  CHECK_THROWS_WITH(sample_timepoints(0, std::numeric_limits<std::int64_t>::max(), 0.001),
                    contains_text("too many time points"));
  CHECK_THROWS_AS(sample_timepoints(0, 1, std::numeric_limits<double>::quiet_NaN()), clams::Error);
}

TEST_CASE("sampling modes go by the names of the runtime parameter", "[mmif]") {
  for (const char* name : {"representatives", "single", "all"}) {
    CHECK(clams::sampling_mode_name(clams::parse_sampling_mode(name)) == name);
  }
  CHECK_THROWS_WITH(clams::parse_sampling_mode("middle"), contains_text("\"middle\""));
}
