// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/app/hardware.hpp>

#include <regex>

TEST_CASE("a processor is described by its kind and its cores", "[app]") {
  const clams::Hardware hardware = clams::describe_processor();

  CHECK(std::regex_match(hardware.cpu, std::regex{R"(\S+, \d+ cores)"}));
  CHECK(hardware.cuda.empty());
}

TEST_CASE("hardware without a GPU has an empty list of them", "[app]") {
  CHECK(clams::write_json(clams::hardware_json({.cpu = "x86_64, 2 cores", .cuda = {}})) ==
        R"({"cpu": "x86_64, 2 cores", "cuda": []})");
}
