// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "support/vectors.hpp"
#include <clams/mmif/time_units.hpp>
#include <clams/util/error.hpp>

#include <functional>

using clams::convert_time;
using clams::Error;
using clams::Json;
using clams::TimeUnit;
using clams::testing::contains_text;

namespace {

Json call_convert(const Json& args) {
  return convert_time(args[0], clams::parse_time_unit(args[1].get<std::string>()),
                      clams::parse_time_unit(args[2].get<std::string>()), args[3].get<double>());
}

}  // namespace

TEST_CASE("times are converted as recorded", "[mmif]") {
  const auto calls = clams::testing::recorded_calls("timeunit_convert");
  if (calls.empty()) CLAMS_SKIP("no recordings");

  for (const Json& call : calls) {
    INFO(call["id"]);
    if (call.contains("raises")) {
      CHECK_THROWS_AS(call_convert(call["args"]), Error);
    } else {
      CHECK(clams::write_json(call_convert(call["args"])) == clams::write_json(call["returns"]));
    }
  }
}

TEST_CASE("halves are rounded to the even neighbour", "[mmif]") {
  CHECK(clams::round_half_even(0.5) == 0);
  CHECK(clams::round_half_even(1.5) == 2);
  CHECK(clams::round_half_even(-2.5) == -2);
  CHECK(convert_time(2.5, TimeUnit::seconds, TimeUnit::frames, 1) == 2);
}

TEST_CASE("iso times wrap at the end of the day", "[mmif]") {
  CHECK(convert_time(86'400'000, TimeUnit::milliseconds, TimeUnit::iso) == "00:00:00.000");
  CHECK(convert_time(-1, TimeUnit::seconds, TimeUnit::iso) == "23:59:59.000");
  CHECK(convert_time("1:2:3.4", TimeUnit::iso, TimeUnit::iso) == "01:02:03.400");
}

TEST_CASE("text that is no iso time is refused", "[mmif]") {
  for (const char* text : {"", "1", "01:02", "01:02:03", "24:00:00.0", "00:60:00.0", "00:00:61.0",
                           "00:00:00.", "00:00:00.1234567", "00:00:00.1 ", "-1:00:00.0"}) {
    INFO(text);
    CHECK_THROWS_AS(convert_time(text, TimeUnit::iso, TimeUnit::seconds), Error);
  }
}

TEST_CASE("a time that is no number is refused", "[mmif]") {
  for (const Json& value : {Json("12"), Json(nullptr), Json(true), Json::array({1})}) {
    INFO(value);
    CHECK_THROWS_AS(convert_time(value, TimeUnit::seconds, TimeUnit::milliseconds), Error);
  }
}

TEST_CASE("frames need a frame rate", "[mmif]") {
  CHECK_THROWS_WITH(convert_time(1, TimeUnit::frames, TimeUnit::seconds),
                    contains_text("positive frame rate"));
  CHECK_THROWS_AS(convert_time(1, TimeUnit::seconds, TimeUnit::frames, -1), Error);
}

TEST_CASE("times beyond what a unit can hold are refused", "[mmif]") {
  CHECK_THROWS_AS(convert_time(1e300, TimeUnit::seconds, TimeUnit::milliseconds), Error);
  CHECK_THROWS_AS(convert_time(1e15, TimeUnit::seconds, TimeUnit::iso), Error);
}

TEST_CASE("an unknown time unit is named in the message", "[mmif]") {
  CHECK_THROWS_WITH(clams::parse_time_unit("hours"), contains_text("\"hours\""));
  CHECK(clams::time_unit_name(clams::parse_time_unit("fr")) == "frames");
}
