// SPDX-License-Identifier: Apache-2.0
#include "clams/tool.hpp"

#include <iostream>
#include <unistd.h>

int main(int argc, char** argv) {
  using clams::tool::InputKind;
  const auto in_kind = isatty(STDIN_FILENO) != 0 ? InputKind::terminal : InputKind::data;
  return clams::tool::run({argv + (argc > 0 ? 1 : 0), argv + argc},
                          {std::cin, std::cout, std::cerr, in_kind});
}
