// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/whisper_app.hpp"
#include <clams/cli/app_command.hpp>

namespace whisper {

/// `whisper transcribe FILE...`: transcripts of files, to stdout or into a folder; with a progress
/// bar on stderr if that is a terminal.
/// @param app is configured as the options say, and must outlive the command.
[[nodiscard]] clams::AppCommand transcribe_command(WhisperApp& app);

}  // namespace whisper
