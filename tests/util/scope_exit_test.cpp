// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/util/scope_exit.hpp>

#include <stdexcept>

using clams::ScopeExit;

TEST_CASE("the action runs when the scope is left, by return or by exception", "[util]") {
  int runs = 0;
  {
    const ScopeExit count{[&] { ++runs; }};
  }
  try {
    const ScopeExit count{[&] { ++runs; }};
    throw std::runtime_error{"left early"};
  } catch (const std::runtime_error&) {
    CHECK(runs == 2);
  }
}

TEST_CASE("a released action does not run", "[util]") {
  int runs = 0;
  {
    ScopeExit count{[&] { ++runs; }};
    count.release();
  }

  CHECK(runs == 0);
}
