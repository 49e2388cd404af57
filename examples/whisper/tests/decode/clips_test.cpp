// SPDX-License-Identifier: Apache-2.0
#include "decode/clips.hpp"

#include "support/catch.hpp"
#include <clams/util/error.hpp>

#include <limits>

namespace {

using whisper::Clip;
using whisper::make_clips;

std::vector<Clip> clips(const std::vector<double>& seconds) { return make_clips(seconds, 6000); }

}  // namespace

TEST_CASE("without clips the whole recording is one", "[whisper]") {
  CHECK(clips({}) == std::vector<Clip>{{0, 6000}});
}

TEST_CASE("pairs of seconds are clips, and the last end may be missing", "[whisper]") {
  CHECK(clips({1.5, 2, 10, 20.25}) == std::vector<Clip>{{150, 200}, {1000, 2025}});
  CHECK(clips({1.5, 2, 10}) == std::vector<Clip>{{150, 200}, {1000, 6000}});
  CHECK(clips({0}) == std::vector<Clip>{{0, 6000}});
}

TEST_CASE("clips end where the recording does", "[whisper]") {
  CHECK(clips({50, 1e12}) == std::vector<Clip>{{5000, 6000}});
  CHECK(clips({70, 80}) == std::vector<Clip>{{6000, 6000}});
}

TEST_CASE("clips that go back are refused", "[whisper]") {
  CHECK_THROWS_AS(clips({5, 4}), clams::Error);
  CHECK_THROWS_AS(clips({-1, 4}), clams::Error);
  CHECK_THROWS_AS(clips({std::numeric_limits<double>::quiet_NaN()}), clams::Error);
  CHECK_THROWS_WITH(clips({0, 5, 3, 8}), clams::testing::contains_text("clip timestamp 3 s"));
}
