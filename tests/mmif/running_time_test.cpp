// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/mmif/describe.hpp>
#include <clams/mmif/detail/running_time.hpp>

using clams::detail::parse_running_time;

TEST_CASE("running times are read in every form that views record", "[mmif]") {
  CHECK(parse_running_time("0:00:02.345678") == 2345);
  CHECK(parse_running_time("0:00:02") == 2000);
  CHECK(parse_running_time("1:02:03.5") == 3723500);
  CHECK(parse_running_time("26:00:00") == 93600000);
  CHECK(parse_running_time("1 day, 2:03:04") == 93784000);
  CHECK(parse_running_time("3 days, 0:00:00.001000") == 259200001);
}

TEST_CASE("text that is no running time is told apart from none", "[mmif]") {
  for (const char* text : {"", "soon", "1:2", "1:60:00", "1:00:61", "1:00:00.", "1:00:00.1234567",
                           "-1 day, 23:59:59", "1:00:00 ", "99999999999:00:00", "1:00:00.x"}) {
    INFO(text);
    CHECK_FALSE(parse_running_time(text).has_value());
  }
}
