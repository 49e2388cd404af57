// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/clock.hpp>
#include <clams/util/manual_clock.hpp>

using namespace std::chrono_literals;

TEST_CASE("a timestamp is UTC with microseconds and a Z", "[util]") {
  const auto day = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21};

  CHECK(clams::utc_timestamp(day + 9h + 1min + 19s + 456335us) == "2026-11-21T09:01:19.456335Z");
  CHECK(clams::utc_timestamp(day + 23h + 7us) == "2026-11-21T23:00:00.000007Z");
}

TEST_CASE("a timestamp of a whole second has no fraction", "[util]") {
  CHECK(clams::utc_timestamp(std::chrono::sys_days{std::chrono::year{2026} / 1 / 2}) ==
        "2026-01-02T00:00:00Z");
}

TEST_CASE("a manual clock moves only when told", "[util]") {
  clams::ManualClock clock;
  const auto wall = clock.system_now();
  const auto steady = clock.steady_now();

  clock.advance(90s);

  CHECK(clock.system_now() - wall == 90s);
  CHECK(clock.steady_now() - steady == 90s);
  CHECK(clams::utc_timestamp(clock.system_now()) == "2026-01-01T00:01:30Z");
}

TEST_CASE("the real steady clock never goes back", "[util]") {
  const auto before = clams::real_clock().steady_now();

  CHECK(clams::real_clock().steady_now() >= before);
  CHECK(clams::real_clock().system_now().time_since_epoch().count() > 0);
}
