// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/nearest_name.hpp>

using clams::edit_distance;
using clams::suggestion;

TEST_CASE("the nearest name is suggested, but none that is far off", "[util]") {
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(suggestion("--prot", {"--host", "--port"}) == "; did you mean --port?");
  CHECK(suggestion("--xyz", {"--production"}).empty());
  CHECK(suggestion("--xyz", {}).empty());
}
