// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/builder.hpp"
#include "support/catch.hpp"
#include <clams/mmif/frame_rate.hpp>
#include <clams/util/error.hpp>

using clams::Json;
using clams::Mmif;
using clams::testing::mmif_of;

namespace {

std::optional<double> rate_with(const char* property, const Json& value) {
  Mmif mmif = mmif_of(Json::array());
  mmif.documents().front().set(property, value);
  return clams::recorded_frame_rate(mmif.documents().front());
}

}  // namespace

TEST_CASE("a frame rate is found under every name in use", "[mmif]") {
  for (const char* name :
       {"fps", "framerate", "frameRate", "frame_rate", "frame-rate", "framespersecond",
        "framesPerSecond", "frames_per_second", "frames-per-second", "framepersecond",
        "framePerSecond", "frame_per_second", "frame-per-second"}) {
    INFO(name);
    CHECK(rate_with(name, 25) == 25.0);
  }
  CHECK_FALSE(rate_with("speed", 25).has_value());
}

TEST_CASE("a frame rate is rounded to two decimals", "[mmif]") {
  CHECK(rate_with("fps", 29.97002997) == 29.97);
  CHECK(rate_with("fps", 23.976) == 23.98);
}

TEST_CASE("a frame rate that is no positive number is refused", "[mmif]") {
  for (const Json& value : {Json("25"), Json(0), Json(-25)}) {
    INFO(value);
    CHECK_THROWS_WITH(rate_with("fps", value), clams::testing::contains_text("property fps"));
  }
}
