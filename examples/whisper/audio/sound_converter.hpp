// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "audio/libav.hpp"

#include <cstdint>
#include <vector>

namespace whisper {

/// Makes 16 kHz mono of decoded frames, with the same filter as the ffmpeg program: to 16 bits, as
/// OpenAI's Whisper has it read.
///
/// Ownership: owns FFmpeg's resampler.
/// Threads: confined.
/// Errors: `convert` and `finish` throw clams::Error invalid_input, without a name.
class SoundConverter {
 public:
  /// Appends what `frame` becomes. A frame of another rate or layout than before is fine.
  void convert(const AVFrame& frame, std::vector<std::int16_t>& samples);

  /// Appends what is still inside the filter.
  void finish(std::vector<std::int16_t>& samples);

 private:
  /// What a resampler was made for.
  struct Shape {
    int format = AV_SAMPLE_FMT_NONE;
    int rate = 0;
    int channels = 0;
    std::uint64_t mask = 0;
    bool operator==(const Shape&) const = default;
  };

  [[nodiscard]] static Shape shape_of(const AVFrame& frame);
  void open(const AVFrame& frame);
  [[nodiscard]] int append(const AVFrame* frame, int room, std::vector<std::int16_t>& samples);

  Shape shape_;
  libav::Resampler resampler_;
};

}  // namespace whisper
