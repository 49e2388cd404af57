// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"

#include <cstdint>

namespace whisper {

/// How much of a window the encoder reads.
enum class EncoderLength : std::uint8_t {
  window,  ///< all 30 seconds, as the network was trained
  audio    ///< the recording and 3 seconds more, at least 20: less work for short windows
};

/// How many frames of a window are encoded, of which the first `content` are of the recording: an
/// even number, at most a window.
[[nodiscard]] int encoder_frames(EncoderLength length, int content);

/// The first `frames` frames of a window.
[[nodiscard]] MelWindow first_frames(const MelWindow& window, int frames);

}  // namespace whisper
