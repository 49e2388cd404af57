// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

namespace clams::stress {

inline void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error{what};
}

/// The exit status of `run`; 1 if it throws, and then it is told why.
template <typename Run>
int run_program(const char* name, Run run) {
  try {
    return run();
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace clams::stress
