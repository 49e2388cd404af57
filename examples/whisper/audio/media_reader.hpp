// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"

#include <memory>

namespace whisper {

/// Opens any media file that FFmpeg can read. Only there if built with FFmpeg.
/// @throws clams::Error as open_audio.
[[nodiscard]] std::unique_ptr<AudioReader> open_media(const AudioSource& source);

}  // namespace whisper
