// SPDX-License-Identifier: Apache-2.0
#include "app/whisper_extras.hpp"

#include "app/fetch_command.hpp"
#include "app/models_command.hpp"
#include "app/openai_routes.hpp"
#include "app/transcribe_command.hpp"

namespace whisper {

namespace {

// A model that somebody chose, or that is to be loaded first, must be there.
void require_model(const WhisperApp& app, const clams::http::ServerOptions& options) {
  if (!app.options().names_model && !options.service.warm_up) return;
  (void)app.describe(app.default_model());
}

}  // namespace

clams::RunExtras whisper_extras(WhisperApp& app) {
  return {
      .commands = {transcribe_command(app), fetch_command(app), models_command(app)},
      .routes = openai_routes(app),
      .settings = app_settings(),
      .configure = [&app](const clams::AppSettings& set) { app.configure(read_app_options(set)); },
      .before_serve = [&app](const auto& options) { require_model(app, options); }};
}

}  // namespace whisper
