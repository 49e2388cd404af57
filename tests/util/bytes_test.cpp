// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/bytes.hpp>
#include <clams/util/error.hpp>

using namespace clams::literals;
using clams::Bytes;
using clams::parse_bytes;

TEST_CASE("amounts of memory are read with binary, decimal or no units", "[util]") {
  CHECK(parse_bytes("24GiB") == 24_GiB);
  CHECK(parse_bytes("512 mib") == 512_MiB);
  CHECK(parse_bytes("1.5GiB") == 1536_MiB);
  CHECK(parse_bytes("2GB") == Bytes{2'000'000'000});
  CHECK(parse_bytes("9223372036854775807") == Bytes{9223372036854775807});
  CHECK(parse_bytes("0") == 0_B);
}

TEST_CASE("text that is no amount of memory is refused with an example", "[util]") {
  for (const char* text : {"", "GiB", "-1GiB", "1e3", "12 parsecs", "1.5.5GiB", "9999999999GiB"}) {
    INFO(text);
    CHECK_THROWS_WITH(parse_bytes(text), clams::testing::contains_text("write for example 24GiB"));
  }
}

TEST_CASE("an amount is written in the largest unit that keeps it above one", "[util]") {
  CHECK(to_text(24_GiB) == "24GiB");
  CHECK(to_text(1536_MiB) == "1.50GiB");
  CHECK(to_text(17_B) == "17B");
  CHECK(to_text(0_GiB - 3_MiB) == "-3MiB");
  CHECK(parse_bytes(to_text(6_GiB)) == 6_GiB);
}

TEST_CASE("headroom is rounded up and never overflows", "[util]") {
  CHECK(scaled(10_B, 1.21) == 13_B);
  CHECK(scaled(5_GiB, 1.2) == 6_GiB);
  CHECK(scaled(Bytes{9223372036854775807}, 1.2) == Bytes{9223372036854775807});
}

TEST_CASE("amounts of memory add, subtract and compare", "[util]") {
  Bytes room = 8_GiB;
  room -= 6_GiB;

  CHECK(room == 2_GiB);
  CHECK(room < 4_GiB);
  CHECK(room - 3_GiB < 0_B);
  CHECK((2_GiB * 3).gibibytes() == 6.0);
}
