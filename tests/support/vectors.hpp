// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clams/util/json.hpp>

#include <fstream>
#include <string>
#include <vector>

namespace clams::testing {

/// The recorded calls of one function: `{"id": ..., "args": [...], "returns": ... or "raises":
/// ...}`. Empty where the recordings are missing; the caller then skips.
inline std::vector<Json> recorded_calls(const std::string& function) {
  std::vector<Json> calls;
  std::ifstream file(std::string{CLAMS_CONFORMANCE_DIR} + "/units.jsonl");
  const std::string mark = R"("function": ")" + function + "\"";
  for (std::string line; std::getline(file, line);) {
    if (line.find(mark) != std::string::npos) calls.push_back(parse_json(line));
  }
  return calls;
}

}  // namespace clams::testing
