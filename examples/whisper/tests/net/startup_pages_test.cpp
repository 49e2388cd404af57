// SPDX-License-Identifier: Apache-2.0
#include "net/startup_pages.hpp"

#include "net/support/toy_model.hpp"
#include "net/torch_network.hpp"
#include "support/catch.hpp"

#include <fstream>
#include <string>

namespace whisper {
namespace {

/// How much of files is in this process's memory, in KiB; nothing where the system does not say.
long resident_of_files() {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:"))
      return std::stol(line.substr(line.find_first_of("0123456789")));
  }
  return 0;
}

}  // namespace

TEST_CASE("what libtorch read to start out is given back, and what is needed comes back",
          "[whisper]") {
  const auto before = resident_of_files();
  if (before == 0) CLAMS_SKIP("the system does not tell what is in memory");
  if (give_startup_pages_back() == 0) CLAMS_SKIP("libtorch is no library of its own");

  CHECK(resident_of_files() < before / 2);
  const auto network = make_torch_network(testing::toy_model(), {});
  CHECK(network->encode(std::vector{testing::toy_window(1)}) != nullptr);
}

}  // namespace whisper
