// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/audio_file.hpp"

#include <functional>
#include <span>

namespace whisper {

/// Reads the recording to its end in pieces of whole chunks (VoiceDetector::kChunk), some at a
/// time; the last one is filled up with silence.
void for_each_chunks(AudioReader& audio, const std::function<void(std::span<const float>)>& use);

}  // namespace whisper
