// SPDX-License-Identifier: Apache-2.0
#include "app/configure_command.hpp"

#include "app/transcribe_arguments.hpp"

#include <utility>

namespace whisper {

void configure_command(WhisperApp& app, const clams::GivenOptions& given) {
  AppOptions options = app.options();
  apply_process_options(given, options);
  app.configure(std::move(options));
}

}  // namespace whisper
