// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/source_file.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace whisper {

/// How a WAV file stores one sample.
enum class WavEncoding { uint8, int16, int24, int32, float32, float64, a_law, mu_law };

/// What a WAV file's header says.
struct WavFormat {
  WavEncoding encoding = WavEncoding::int16;
  int rate = 0;
  int channels = 0;
  int sample_bytes = 0;
  std::int64_t data_begin = 0;  ///< where in the file the samples are
  std::int64_t data_end = 0;    ///< at most the end of the file, and whole frames

  [[nodiscard]] int frame_bytes() const noexcept { return channels * sample_bytes; }
  [[nodiscard]] std::int64_t frames() const noexcept {
    return (data_end - data_begin) / frame_bytes();
  }
};

/// Reads the header: RIFF or RF64; plain, float, extensible, A-law or mu-law.
/// @throws clams::Error invalid_input, without a name, for anything else; io.
[[nodiscard]] WavFormat read_wav_format(const SourceFile& file);

/// The mean of each frame's channels, in [-1, 1].
/// @pre `bytes` holds a frame for each of `mono`.
void mix_wav_frames(const WavFormat& format, std::span<const std::byte> bytes,
                    std::span<float> mono);

}  // namespace whisper
