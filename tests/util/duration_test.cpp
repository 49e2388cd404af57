// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/duration.hpp>
#include <clams/util/error.hpp>

using clams::parse_duration;
using namespace std::chrono_literals;

TEST_CASE("a length of time is read in the units that people write", "[util]") {
  CHECK(parse_duration("50us") == 50us);
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("30s") == 30s);
  CHECK(parse_duration("5m") == 5min);
  CHECK(parse_duration("1h") == 1h);
  CHECK(parse_duration("7") == 7s);
  CHECK(parse_duration("0") == 0s);
}

TEST_CASE("what is no length of time is refused, with an example", "[util]") {
  for (const char* text :
       {"", "s", "10 s", "-1s", "1.5s", "10d", "1000001s", "99999999999999999999"}) {
    INFO(text);
    CHECK_THROWS_WITH(parse_duration(text),
                      clams::testing::contains_text("is not a time such as 30s, 500ms or 5m"));
  }
}
