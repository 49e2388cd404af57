// SPDX-License-Identifier: Apache-2.0
#include "decode/clips.hpp"

#include "audio/mel_spectrogram.hpp"
#include <clams/util/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace whisper {

namespace {

int frame_of(double seconds, int frames) {
  return static_cast<int>(
      std::min(std::nearbyint(seconds * kFramesPerSecond), static_cast<double>(frames)));
}

void check_order(std::span<const double> seconds) {
  double before = 0;
  for (const double second : seconds) {
    if (second >= before) {  // false for what is no number, too
      before = second;
      continue;
    }
    throw clams::Error(clams::ErrorCode::invalid_parameter,
                       fmt::format("clip timestamp {} s follows {} s: clips are pairs of seconds "
                                   "from 0 on, in ascending order",
                                   second, before));
  }
}

}  // namespace

std::vector<Clip> make_clips(std::span<const double> seconds, int frames) {
  if (seconds.empty()) return {{.begin = 0, .end = frames}};
  check_order(seconds);
  std::vector<Clip> clips;
  for (std::size_t i = 0; i < seconds.size(); i += 2) {
    clips.push_back({.begin = frame_of(seconds[i], frames),
                     .end = i + 1 < seconds.size() ? frame_of(seconds[i + 1], frames) : frames});
  }
  return clips;
}

}  // namespace whisper
