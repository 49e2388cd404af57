// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/whisper_app.hpp"
#include <clams/cli/command_options.hpp>

namespace whisper {

/// Configures the app as a command's options say; what they do not say stays as it is.
/// @throws clams::Error usage naming the option, its value and what would be right.
void configure_command(WhisperApp& app, const clams::GivenOptions& given);

}  // namespace whisper
