// SPDX-License-Identifier: Apache-2.0
// The peak store for scripts, in the folder that the environment names:
//
//     peak_probe find APP HASH PRIOR_HASH      prints the peak, or none
//     peak_probe raise APP HASH FROM TO        raises to FROM, FROM + 1, ... TO, each to the disk
#include <clams/memory/peak_store.hpp>

#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace {

int run(const std::vector<std::string>& words) {
  const auto environment = clams::Environment::of_process();
  clams::PeakStore store{{.folder = clams::profile_folder(environment)}};
  if (words.at(0) == "find") {
    const auto record = store.find(words.at(1), words.at(2), words.at(3));
    std::cout << (record ? std::to_string(record->peak.count()) : "none") << '\n';
    return 0;
  }
  const std::int64_t last = std::stoll(words.at(4));
  for (std::int64_t peak = std::stoll(words.at(3)); peak <= last; ++peak) {
    store.raise(words.at(1), words.at(2), {.peak = clams::Bytes{peak}});
    if (!store.flush()) return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
