// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/counted.hpp>

TEST_CASE("messages speak of one thing in the singular", "[util]") {
  CHECK(clams::counted(0, "GPU", "GPUs") == "0 GPUs");
  CHECK(clams::counted(1, "GPU", "GPUs") == "1 GPU");
  CHECK(clams::counted(2, "GPU", "GPUs") == "2 GPUs");
}
