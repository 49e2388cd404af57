// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/arguments.hpp"

#include <stdexcept>
#include <string>

namespace clams::stress {

using testing::Arguments;
using testing::run_program;

inline void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error{what};
}

/// For a program that takes no arguments.
template <typename Run>
int run_program_without_arguments(const char* name, int count, char** words, Run run) {
  return run_program(name, "", [&] {
    Arguments{count, words}.refuse_others();
    return run();
  });
}

}  // namespace clams::stress
