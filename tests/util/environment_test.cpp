// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/environment.hpp>

#include <cstdlib>

using clams::Environment;

TEST_CASE("an unset variable is not the same as an empty one", "[util]") {
  const Environment environment{{{"EMPTY", ""}, {"PORT", "5000"}}};

  CHECK(environment.get("PORT") == "5000");
  CHECK(environment.get("EMPTY") == "");
  CHECK_FALSE(environment.get("MISSING").has_value());
}

TEST_CASE("the fallback stands in for unset and for empty variables", "[util]") {
  const Environment environment{{{"EMPTY", ""}, {"PORT", "5000"}}};

  CHECK(environment.get_or("PORT", "80") == "5000");
  CHECK(environment.get_or("EMPTY", "80") == "80");
  CHECK(environment.get_or("MISSING", "80") == "80");
}

TEST_CASE("the process's variables are those of now, values with = included", "[util]") {
  REQUIRE(::setenv("CLAMS_TEST_VARIABLE", "a=b", 1) == 0);
  const Environment environment = Environment::of_process();
  REQUIRE(::unsetenv("CLAMS_TEST_VARIABLE") == 0);

  CHECK(environment.get("CLAMS_TEST_VARIABLE") == "a=b");
  CHECK_FALSE(Environment::of_process().get("CLAMS_TEST_VARIABLE").has_value());
}
