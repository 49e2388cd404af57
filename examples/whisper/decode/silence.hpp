// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"

namespace whisper {

/// Whether nothing can be heard in the first `frames` frames of a window. The network was trained
/// on few recordings of nothing, and makes up words for them ("you", "Thank you.") of which it is
/// fairly sure, so that its own opinion does not help. A window counts as inaudible if
/// - it is too short for a word, less than a tenth of a second, or
/// - its spectrogram is flat: all of it is below the floor, 80 dB under the recording's loudest
///   moment. Whatever was there, the network is not shown it; or
/// - its loudest spot is fainter than a tone of half a step of 16-bit audio. Only digital silence
///   and the dither of quiet converters are; speech that faint would drown in the steps.
[[nodiscard]] bool is_inaudible(const MelWindow& window, int frames);

}  // namespace whisper
