// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"

#include <memory>

namespace whisper {

/// Opens a WAV file without FFmpeg: integers of 8 to 32 bits, floats, A-law and mu-law; any rate
/// and number of channels.
/// @throws clams::Error as open_audio.
[[nodiscard]] std::unique_ptr<AudioReader> open_wav(const AudioSource& source);

/// The same, if it is a WAV file of 16 bits, 16 kHz and one channel, of which nothing is to be
/// converted; else null.
/// @throws clams::Error not_found, io
[[nodiscard]] std::unique_ptr<AudioReader> try_open_plain_wav(const AudioSource& source);

}  // namespace whisper
