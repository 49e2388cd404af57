// SPDX-License-Identifier: Apache-2.0
#include "decode/encoder_length.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace whisper {

namespace {

/// What follows the recording tells the network that nothing more is said. With less of it words
/// are said twice, or not at all (docs/performance.md).
constexpr int kMargin = 3 * kFramesPerSecond;
constexpr int kLeast = 20 * kFramesPerSecond;

}  // namespace

int encoder_frames(EncoderLength length, int content) {
  if (length == EncoderLength::window) return kWindowFrames;
  return std::clamp(content + content % 2 + kMargin, kLeast, kWindowFrames);
}

MelWindow first_frames(const MelWindow& window, int frames) {
  MelWindow part{.mels = window.mels, .frames = frames};
  const auto width = static_cast<std::size_t>(window.frames);
  const auto wanted = static_cast<std::size_t>(frames);
  part.values.reserve(static_cast<std::size_t>(window.mels) * wanted);
  for (int mel = 0; mel < window.mels; ++mel) {
    const auto row =
        std::span{window.values}.subspan(static_cast<std::size_t>(mel) * width, wanted);
    part.values.insert(part.values.end(), row.begin(), row.end());
  }
  return part;
}

}  // namespace whisper
