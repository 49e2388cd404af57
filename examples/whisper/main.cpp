// SPDX-License-Identifier: Apache-2.0
#include "app/whisper_app.hpp"
#include "app/whisper_extras.hpp"
#include "net/startup_pages.hpp"
#include <clams/clams.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace {

int run(int argc, char** argv) {
  whisper::WhisperApp app;
  return clams::run(app, argc, argv, whisper::whisper_extras(app));
}

}  // namespace

int main(int argc, char** argv) {
  whisper::give_startup_pages_back();
  const int code = run(argc, argv);
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
  // Not by exit(): to take libtorch's tables of operators apart takes a tenth of a second.
  std::_Exit(code);
}
