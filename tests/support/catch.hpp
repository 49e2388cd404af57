// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one place that knows which Catch2 this is: 2.13 (Debian 12) or 3.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

using Catch::Approx;

namespace clams::testing {

/// For CHECK_THROWS_WITH: the text holds `part`.
inline auto contains_text(const std::string& part) {
  return Catch::Matchers::ContainsSubstring(part);
}

}  // namespace clams::testing

/// Ends the test case as skipped, and says why.
#define CLAMS_SKIP(reason) SKIP(reason)
#else
#include <catch2/catch.hpp>

namespace clams::testing {

/// For CHECK_THROWS_WITH: the text holds `part`.
inline auto contains_text(const std::string& part) { return Catch::Matchers::Contains(part); }

/// Counts a test case that called CLAMS_SKIP; Catch2 2.13 cannot say so itself.
void note_skipped_case();

}  // namespace clams::testing

/// Ends the test case as skipped, and says why. Use it in the body of a test case only: it returns.
#define CLAMS_SKIP(reason)               \
  do {                                   \
    WARN("skipped: " << (reason));       \
    clams::testing::note_skipped_case(); \
    return;                              \
  } while (false)
#endif
