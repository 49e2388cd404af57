// SPDX-License-Identifier: Apache-2.0
#include "app/whisper_extras.hpp"

#include "app/fetch_command.hpp"
#include "app/models_command.hpp"
#include "app/openai_routes.hpp"
#include "app/transcribe_command.hpp"

namespace whisper {

clams::RunExtras whisper_extras(WhisperApp& app) {
  return {
      .commands = {transcribe_command(app), fetch_command(app), models_command(app)},
      .routes = openai_routes(app),
      .settings = app_settings(),
      .configure = [&app](const clams::AppSettings& set) { app.configure(read_app_options(set)); }};
}

}  // namespace whisper
