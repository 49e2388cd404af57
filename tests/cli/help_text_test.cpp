// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/cli/detail/help_text.hpp>

#include <sstream>
#include <string>

using clams::detail::help_entry;
using clams::detail::wrap_text;

TEST_CASE("no line of a help text is wider than a terminal", "[cli]") {
  std::istringstream lines{wrap_text(std::string(10, 'x') + std::string(200, ' ') +
                                         "word and many more words so that the line is full twice, "
                                         "and then some, because help should be readable",
                                     28)};

  for (std::string line; std::getline(lines, line);) {
    CHECK(line.size() <= 80);
    CHECK(line.rfind(std::string(28, ' '), 0) == 0);
  }
}

TEST_CASE("an option and its meaning stand in two columns", "[cli]") {
  CHECK(help_entry("--a B", "does a") == "  --a B                     does a\n");
  CHECK(help_entry("--a-very-long-option VALUE", "does") ==
        "  --a-very-long-option VALUE\n" + std::string(28, ' ') + "does\n");
  CHECK(help_entry("--a", "") == "  --a                       \n");
}
