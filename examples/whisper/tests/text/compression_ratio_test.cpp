// SPDX-License-Identifier: Apache-2.0
#include "text/compression_ratio.hpp"

#include "support/catch.hpp"

#include <string>

namespace {

using namespace whisper;

TEST_CASE("speech compresses little, a loop much", "[whisper]") {
  std::string loop;
  for (int i = 0; i < 20; ++i) loop += " Thank you.";

  // zlib's lengths for these texts: 45 and 22 bytes.
  CHECK(compression_ratio(" And so, my fellow Americans, ask not") == Approx(37.0 / 45.0));
  CHECK(compression_ratio(loop) == Approx(220.0 / 22.0));
}

TEST_CASE("no text has the ratio zero", "[whisper]") { CHECK(compression_ratio("") == 0); }

}  // namespace
