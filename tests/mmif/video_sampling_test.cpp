// SPDX-License-Identifier: Apache-2.0
#include "mmif/support/builder.hpp"
#include "support/catch.hpp"
#include <clams/mmif/video_sampling.hpp>
#include <clams/mmif/vocabulary.hpp>
#include <clams/util/error.hpp>

using clams::Json;
using clams::Mmif;
using clams::SamplingMode;
using clams::testing::contains_text;
using clams::testing::element;
using clams::testing::mmif_of;
using clams::testing::signature;
using clams::testing::view;
namespace types = clams::types;

namespace {

const Json kAboutVideo = {{"timeUnit", "milliseconds"}, {"document", "d1"}};

/// Points at 0, 1, 2, 3 s; tf_1 with points, tf_2 with borders only.
Mmif swt(const Json& stated = kAboutVideo) {
  Json annotations = Json::array();
  for (int i = 0; i < 4; ++i) {
    annotations.push_back(
        element(types::kTimePoint, "v_0:tp_" + std::to_string(i), {{"timePoint", i * 1000}}));
  }
  annotations.push_back(element(types::kTimeFrame, "v_0:tf_1",
                                {{"targets", {"v_0:tp_1", "v_0:tp_2", "v_0:tp_3"}},
                                 {"representatives", {"v_0:tp_1", "v_0:tp_3"}}}));
  annotations.push_back(element(types::kTimeFrame, "v_0:tf_2", {{"start", 100}, {"end", 201}}));
  Json metadata = signature("swt/v8", "01");
  metadata["contains"] = {{clams::AtType{types::kTimePoint}.uri(), stated},
                          {clams::AtType{types::kTimeFrame}.uri(), stated}};
  return mmif_of({view("v_0", metadata, annotations)});
}

std::vector<std::int64_t> sampled(const Mmif& mmif, const char* frame, SamplingMode mode,
                                  std::optional<double> rate = std::nullopt) {
  std::vector<std::int64_t> times;
  for (const auto& point : clams::sample_time_frame(mmif, mmif.at(frame), mode, rate)) {
    times.push_back(point.milliseconds);
  }
  return times;
}

using Times = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("representatives stand for a frame, and without any it is skipped", "[mmif]") {
  const Mmif mmif = swt();

  CHECK(sampled(mmif, "v_0:tf_1", SamplingMode::representatives) == Times{1000, 3000});
  CHECK(sampled(mmif, "v_0:tf_2", SamplingMode::representatives).empty());
}

TEST_CASE("a single sample is the middle representative, else the middle of the frame", "[mmif]") {
  const Mmif mmif = swt();

  CHECK(sampled(mmif, "v_0:tf_1", SamplingMode::single) == Times{3000});
  CHECK(sampled(mmif, "v_0:tf_2", SamplingMode::single) == Times{150});
}

TEST_CASE("all samples are the targets, else one for each video frame", "[mmif]") {
  Mmif mmif = swt();

  CHECK(sampled(mmif, "v_0:tf_1", SamplingMode::all) == Times{1000, 2000, 3000});
  CHECK(sampled(mmif, "v_0:tf_2", SamplingMode::all, 25) == Times{100, 140, 180});
}

TEST_CASE("sampled points know which annotation they come from", "[mmif]") {
  const Mmif mmif = swt();

  const auto points =
      clams::sample_time_frame(mmif, mmif.at("v_0:tf_1"), SamplingMode::representatives);

  REQUIRE(points.size() == 2);
  CHECK(points[1].source == &mmif.at("v_0:tp_3"));
}

TEST_CASE("times in frames are converted by the recorded frame rate", "[mmif]") {
  Mmif mmif = swt({{"timeUnit", "frames"}, {"document", "d1"}});
  mmif.documents().front().set("frameRate", 25);

  CHECK(sampled(mmif, "v_0:tf_1", SamplingMode::representatives) == Times{40000, 120000});
  CHECK(sampled(mmif, "v_0:tf_2", SamplingMode::single) == Times{6020});
}

TEST_CASE("a frame rate that is needed but not known is asked for", "[mmif]") {
  CHECK_THROWS_WITH(sampled(swt(), "v_0:tf_2", SamplingMode::all), contains_text("frame rate"));
}

TEST_CASE("the video of a frame may be stated at its points only", "[mmif]") {
  Json annotations =
      Json::array({element(types::kTimePoint, "v_0:tp_1", {{"timePoint", 0}, {"document", "d1"}}),
                   element(types::kTimeFrame, "v_0:tf_1", {{"targets", {"v_0:tp_1"}}}),
                   element(types::kTimeFrame, "v_0:tf_2", {{"start", 0}, {"end", 1}})});
  const Mmif mmif = mmif_of({view("v_0", signature("swt/v8", "01"), annotations)});

  CHECK(clams::video_of(mmif, mmif.at("v_0:tf_1")).id() == "d1");
  CHECK_THROWS_WITH(clams::video_of(mmif, mmif.at("v_0:tf_2")), contains_text("v_0:tf_2"));
}
