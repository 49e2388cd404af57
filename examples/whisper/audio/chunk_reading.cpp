// SPDX-License-Identifier: Apache-2.0
#include "audio/chunk_reading.hpp"

#include "audio/voice_activity.hpp"

#include <algorithm>
#include <vector>

namespace whisper {

void for_each_chunks(AudioReader& audio, const std::function<void(std::span<const float>)>& use) {
  constexpr std::size_t kChunk = VoiceDetector::kChunk;
  constexpr std::size_t kChunksAtOnce = 64;
  std::vector<float> sound(kChunksAtOnce * kChunk);
  std::size_t filled = sound.size();
  while (filled == sound.size()) {
    filled = 0;
    while (filled < sound.size()) {
      const auto got = audio.read(std::span{sound}.subspan(filled));
      if (got == 0) break;
      filled += got;
    }
    const auto chunks = (filled + kChunk - 1) / kChunk;
    std::fill(sound.begin() + static_cast<std::ptrdiff_t>(filled), sound.end(), 0.0F);
    if (chunks != 0) use(std::span{sound}.first(chunks * kChunk));
  }
}

}  // namespace whisper
