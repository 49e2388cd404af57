// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/whisper_app.hpp"
#include <clams/cli/run_extras.hpp>

namespace whisper {

/// Commands, routes and settings that the program has beside those of every CLAMS app.
/// @param app must outlive them.
[[nodiscard]] clams::RunExtras whisper_extras(WhisperApp& app);

}  // namespace whisper
