// SPDX-License-Identifier: Apache-2.0
#include "app/whisper_app.hpp"
#include "app/whisper_extras.hpp"
#include <clams/clams.hpp>

int main(int argc, char** argv) {
  whisper::WhisperApp app;
  return clams::run(app, argc, argv, whisper::whisper_extras(app));
}
