// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/whisper_app.hpp"
#include <clams/cli/app_command.hpp>

namespace whisper {

/// `whisper fetch NAME...`: downloads models, with a progress bar on stderr if that is a terminal.
[[nodiscard]] clams::AppCommand fetch_command(WhisperApp& app);

}  // namespace whisper
