// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include <clams/memory/detail/peak_names.hpp>

#include <string>
#include <vector>

using clams::detail::hash_in_file_name;
using clams::detail::is_peak_folder_name;

TEST_CASE("only what could be an app's folder is one", "[memory]") {
  CHECK(is_peak_folder_name("http---apps.clams.ai-x-v1"));
  CHECK(is_peak_folder_name(std::string(255, 'a')));
  const std::vector<std::string> others{
      "", ".", "..", "a/b", "a\x7F", "a\n", std::string(256, 'a')};
  for (const std::string& name : others) {
    CAPTURE(name);
    CHECK_FALSE(is_peak_folder_name(name));
  }
}

TEST_CASE("a record's hash is read off each of its files, and off no other", "[memory]") {
  const std::string hash(32, 'a');
  const clams::detail::PeakName name{.app = "app", .hash = hash};
  const std::vector<std::string> ours{name.file(), name.bad_file(), name.lock_file(),
                                      name.new_file()};
  for (const std::string& file : ours) {
    CAPTURE(file);
    CHECK(hash_in_file_name(file) == hash);
  }
  const std::vector<std::string> others{"notes.txt", "memory_" + hash, "memory_" + hash + ".txt",
                                        "memory_" + std::string(32, 'X') + ".json",
                                        "memory_ab.json"};
  for (const std::string& file : others) {
    CAPTURE(file);
    CHECK_FALSE(hash_in_file_name(file).has_value());
  }
}
