// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"

#include <memory>

namespace whisper {

/// Opens a WAV file without FFmpeg: integers of 8 to 32 bits, floats, A-law and mu-law; any rate
/// and number of channels.
/// @throws clams::Error as open_audio.
[[nodiscard]] std::unique_ptr<AudioReader> open_wav(const AudioSource& source);

}  // namespace whisper
