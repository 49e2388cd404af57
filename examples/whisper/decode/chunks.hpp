// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/mel_spectrogram.hpp"

namespace whisper {

/// Where to cut a recording that goes on after a full window, in frames of the window: at its
/// quietest moment in the last third, so that no word is cut.
[[nodiscard]] int quiet_cut(const MelWindow& window);

/// The part of a window that begins `from` frames later and is `frames` long, with the padding of
/// another window after it.
[[nodiscard]] MelWindow later_part(const MelWindow& window, int from, int frames,
                                   const MelWindow& padding);

}  // namespace whisper
