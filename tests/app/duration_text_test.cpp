// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/app/detail/duration_text.hpp>

using clams::detail::duration_text;
using namespace std::chrono_literals;

TEST_CASE("a running time has unpadded hours and six digits of a fraction", "[app]") {
  CHECK(duration_text(1546us) == "0:00:00.001546");
  CHECK(duration_text(11h + 2min + 3s + 40ms) == "11:02:03.040000");
}

TEST_CASE("a fraction that is zero is left out", "[app]") {
  CHECK(duration_text(0ns) == "0:00:00");
  CHECK(duration_text(61s) == "0:01:01");
  CHECK(duration_text(999ns) == "0:00:00");
}

TEST_CASE("days come before the hours", "[app]") {
  CHECK(duration_text(26h + 3min + 4s) == "1 day, 2:03:04");
  CHECK(duration_text(48h) == "2 days, 0:00:00");
}
