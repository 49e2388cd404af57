// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/whisper_app.hpp"
#include <clams/cli/app_command.hpp>

namespace whisper {

/// `whisper models`: lists the models that are on this machine, and where.
[[nodiscard]] clams::AppCommand models_command(WhisperApp& app);

}  // namespace whisper
