// SPDX-License-Identifier: Apache-2.0
#include "decode/attention_path.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <limits>

namespace {

using namespace whisper;
using Numbers = std::vector<float>;
using Columns = std::vector<std::size_t>;

AttentionMap map_of(std::size_t columns, const Numbers& values) {
  return {values.size() / columns, columns, values};
}

Numbers median_filtered(const Numbers& row) {
  Numbers sum(row.size(), 0);
  add_median_filtered(row, sum);
  return sum;
}

TEST_CASE("a softened row adds up to one, however large its numbers are", "[whisper]") {
  auto map = map_of(3, {0, 1, 2, 1000, 1000, -1000});

  soften_rows(map);

  CHECK(map.values[0] == Approx(0.0900306));
  CHECK(map.values[1] == Approx(0.2447285));
  CHECK(map.values[2] == Approx(0.6652410));
  CHECK(map.values[3] == Approx(0.5));
  CHECK(map.values[5] == Approx(0));
}

TEST_CASE("columns become comparable, and one without differences becomes zero", "[whisper]") {
  auto map = map_of(2, {1, 2, 3, 2, 5, 2});

  standardize_columns(map);

  CHECK(map.values[0] == Approx(-1.2247449));
  CHECK(map.values[2] == Approx(0).margin(1e-6));
  CHECK(map.values[4] == Approx(1.2247449));
  CHECK(map.row(1)[1] == 0);
}

// Expected values are those of openai-whisper's median_filter.
TEST_CASE("a row is smoothed by medians of seven, reflected at its ends", "[whisper]") {
  CHECK(median_filtered({5, 1, 4, 2, 8, 3, 9, 7, 6, 0}) == Numbers{2, 4, 3, 4, 4, 6, 6, 6, 6, 7});
  CHECK(median_filtered({5, 1, 4, 9}) == Numbers{4, 4, 4, 4});
}

TEST_CASE("a row too short to be reflected stays as it is", "[whisper]") {
  CHECK(median_filtered({5, 1, 4}) == Numbers{5, 1, 4});
  CHECK(median_filtered({}).empty());
}

TEST_CASE("medians are right in rows of any length, and added to what was there", "[whisper]") {
  for (const std::size_t length : {4U, 31U, 32U, 33U, 64U, 100U}) {
    Numbers ramp(length);
    for (std::size_t i = 0; i < length; ++i) ramp[i] = static_cast<float>(i);
    Numbers sum(length, 1000);

    add_median_filtered(ramp, sum);

    for (std::size_t i = 3; i + 3 < length; ++i) CHECK(sum[i] == 1000 + ramp[i]);
    CHECK(sum[0] == 1002);
  }
}

// Expected paths are those of openai-whisper's dtw_cpu.
TEST_CASE("the path follows the high places", "[whisper]") {
  const auto map = map_of(6, {1, 0, 0, 0, 0, 0,  //
                              0, 0, 1, 1, 0, 0,  //
                              0, 0, 0, 0, 0, 2});

  CHECK(path_starts(map) == Columns{0, 0, 3});
}

TEST_CASE("without high places the path hurries down and goes right at the end", "[whisper]") {
  CHECK(path_starts(map_of(5, Numbers(15, 0))) == Columns{0, 0, 0});
  CHECK(path_starts(map_of(2, Numbers(8, 0))) == Columns{0, 0, 0, 0});
}

TEST_CASE("rows begin in order and within the map, even when numbers are missing", "[whisper]") {
  Numbers values(280);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] =
        i % 11 == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(i * 7919 % 101);
  }

  const auto starts = path_starts(map_of(40, values));

  REQUIRE(starts.size() == 7);
  CHECK(starts.front() == 0);
  CHECK(std::is_sorted(starts.begin(), starts.end()));
  CHECK(starts.back() < 40);
  CHECK(path_starts({}).empty());
}

}  // namespace
