// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/serve/request_id.hpp>

#include <string>

using clams::http::choose_request_id;
using clams::http::is_sane_request_id;

TEST_CASE("a client's request id is kept if it can do no harm", "[serve]") {
  CHECK(choose_request_id("run-7.a:B_9") == "run-7.a:B_9");
  CHECK(is_sane_request_id(std::string(128, 'x')));
}

TEST_CASE("other request ids are replaced by new ones", "[serve]") {
  for (const std::string bad : {"", "two words", "a\r\nX: y", "caf\xc3\xa9", "\x1b[31m"}) {
    CHECK_FALSE(is_sane_request_id(bad));
    CHECK(is_sane_request_id(choose_request_id(bad)));
  }
  CHECK_FALSE(is_sane_request_id(std::string(129, 'x')));
  CHECK(choose_request_id("") != choose_request_id(""));
}
